/**
 * A place in the log of events: which transactions it has seen, as PostgreSQL says it (`xmin:xmax:in progress`). All below `xmax` are seen but
 * those in `unseen`, none of which is below `xmin`. A transaction that commits late is in `unseen` until then, so no place ever skips one.
 */
export interface LogPosition {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly unseen: readonly bigint[];
}

const TEXT = /^(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)$/;
/** Transactions below 3 are PostgreSQL's own. */
const FIRST = 3n;
const MOST_TEXT = 8000;

/** null: not a position. */
export function parseLogPosition(text: string): LogPosition | null {
  const [, low, high, list] = (text.length <= MOST_TEXT && TEXT.exec(text)) || [];
  if (low === undefined || high === undefined) return null;
  const unseen = list ? list.split(',').map(BigInt) : [];
  const xmin = BigInt(low);
  const xmax = BigInt(high);
  const ascending = unseen.every((tx, place) => tx > (unseen[place - 1] ?? 0n));
  const within = unseen.every((tx) => tx >= xmin && tx < xmax);
  return xmin >= FIRST && xmin <= xmax && ascending && within ? { xmin, xmax, unseen } : null;
}

export function formatLogPosition({ xmin, xmax, unseen }: LogPosition): string {
  return `${xmin}:${xmax}:${unseen.join(',')}`;
}

/** The place of who was at `from`, goes to `to`, and has seen what `to` sees of the transactions up to `last`. */
export function advance(from: LogPosition, to: LogPosition, last: bigint): LogPosition {
  const xmax = last + 1n > from.xmax ? last + 1n : from.xmax;
  const unseen = [...to.unseen.filter((tx) => tx <= last), ...from.unseen.filter((tx) => tx > last)];
  return { xmin: unseen[0] ?? xmax, xmax, unseen };
}

/** Whether what was seen at `earlier` is seen at `later` too; false: they are not of one database, or the other way round. */
export function isAtOrAfter(later: LogPosition, earlier: LogPosition): boolean {
  if (earlier.xmax > later.xmax) return false;
  const unseen = new Set(earlier.unseen);
  return later.unseen.every((tx) => tx >= earlier.xmax || unseen.has(tx));
}

export function isSamePosition(one: LogPosition, other: LogPosition): boolean {
  if (one.xmax !== other.xmax || one.unseen.length !== other.unseen.length) return false;
  return one.unseen.every((tx, place) => tx === other.unseen[place]);
}
