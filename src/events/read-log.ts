import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import { advance, formatLogPosition, type LogPosition, parseLogPosition } from './log-position.ts';

/** An event as it is stored: this version may not know its type, and `json` is its data as text. */
export interface LogEntry {
  readonly tx: bigint;
  /** null: a system event. */
  readonly runId: string | null;
  readonly repository: string | null;
  /** null: an event of a run. */
  readonly subject: string | null;
  /** `seq` within the run, or the id of a system event. */
  readonly number: number;
  readonly at: Date;
  readonly type: string;
  readonly json: string;
  /** Where a reader is who has this one; null: others of the same transaction follow. */
  readonly position: LogPosition | null;
}

export interface LogPage {
  /** Of whole transactions, those of a run in the order of `seq`. */
  readonly entries: readonly LogEntry[];
  readonly position: LogPosition;
}

export interface LogRange {
  readonly after: LogPosition;
  /** Absent: now. */
  readonly upTo?: LogPosition;
}

const PAGE = 500;

/** Everything that `upTo` sees and `after` does not, page by page; the last page's position is `upTo`. At least one page, perhaps empty. */
export async function* readLog(db: Db, { after, upTo }: LogRange): AsyncGenerator<LogPage> {
  let target = upTo ?? null;
  let cursor: Row | null = null;
  let held: Row[] = [];
  for (;;) {
    const { snapshot, rows }: Answer = await readPage(db, { after, upTo: target, cursor });
    target = snapshot;
    cursor = rows.at(-1) ?? cursor;
    const pending: Row[] = [...held, ...rows];
    const isLast = rows.length < PAGE;
    const whole = isLast ? pending : pending.filter(({ tx }) => tx !== cursor?.tx);
    held = pending.slice(whole.length);
    const entries = toEntries(whole, after, snapshot);
    const position = isLast ? snapshot : entries.at(-1)?.position;
    if (position) yield { entries, position };
    if (isLast) return;
  }
}

/** The place of who has seen everything there is. */
export async function currentLogPosition(db: Db): Promise<LogPosition> {
  const { rows } = await sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`.execute(
    db,
  );
  return positionOf(rows[0]?.snapshot);
}

interface Row {
  readonly tx: string;
  /** The run, or nothing for a system event. */
  readonly about: string;
  readonly number: number;
  readonly at: Date;
  readonly type: string;
  readonly json: string;
  readonly repository: string | null;
  readonly subject: string | null;
}

interface Answer {
  readonly snapshot: LogPosition;
  readonly rows: readonly Row[];
}

interface PageRequest {
  readonly after: LogPosition;
  readonly upTo: LogPosition | null;
  /** The last row of the page before. */
  readonly cursor: Row | null;
}

async function readPage(db: Db, { after, upTo, cursor }: PageRequest): Promise<Answer> {
  const isNew = sql`
    log.tx >= pg_snapshot_xmin(${formatLogPosition(after)}::pg_snapshot)
    and not pg_visible_in_snapshot(log.tx, ${formatLogPosition(after)}::pg_snapshot)
    and log.tx < pg_snapshot_xmax(here.snapshot) and pg_visible_in_snapshot(log.tx, here.snapshot)`;
  const { rows } = await sql<{ [Name in keyof Row]: Row[Name] | null } & { snapshot: string }>`
    with here as materialized (
      select coalesce(${upTo ? formatLogPosition(upTo) : null}::pg_snapshot, pg_current_snapshot()) as snapshot
    )
    select here.snapshot::text as snapshot, page.*
    from here left join lateral (
      (select log.tx, log.run_id as about, log.seq as number, log.at, log.type, log.data::text as json, runs.repository,
         null as subject
       from run_events as log join runs on runs.id = log.run_id
       where ${isNew} ${afterRow(cursor, sql`log.run_id, log.seq`)} order by log.tx, log.run_id, log.seq limit ${PAGE})
      union all
      (select log.tx, '', log.id, log.at, log.type, log.data::text, null, log.subject
       from system_events as log
       where ${isNew} ${afterRow(cursor, sql`'', log.id`)} order by log.tx, log.id limit ${PAGE})
      order by tx, about, number limit ${PAGE}
    ) as page on true
    order by page.tx, page.about, page.number`.execute(db);
  const found = rows.filter((row): row is Row & { snapshot: string } => row.tx !== null);
  return { snapshot: positionOf(rows[0]?.snapshot), rows: found };
}

function afterRow(cursor: Row | null, place: RawBuilder<unknown>): RawBuilder<unknown> {
  if (cursor === null) return sql``;
  return sql`and log.tx >= ${cursor.tx}::xid8
    and (log.tx, ${place}) > (${cursor.tx}::xid8, ${cursor.about}, ${cursor.number}::bigint)`;
}

function toEntries(rows: readonly Row[], after: LogPosition, upTo: LogPosition): LogEntry[] {
  return rows.map(({ tx, about, ...row }, place) => ({
    ...row,
    tx: BigInt(tx),
    runId: about === '' ? null : about,
    position: rows[place + 1]?.tx === tx ? null : advance(after, upTo, BigInt(tx)),
  }));
}

function positionOf(text: string | undefined): LogPosition {
  const position = text === undefined ? null : parseLogPosition(text);
  if (!position) throw new Error(`PostgreSQL said where the log is in a way nobody knows: ${text}`);
  return position;
}
