import { hostname } from 'node:os';
import type { Shortage } from '../domain/shortage.ts';
import { appendSystemEvent } from '../events/append-system-event.ts';
import { readSystemEvents } from '../events/read-system-events.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Db } from '../store/schema.ts';
import { decideResources, type HostSnapshot, type ResourceThresholds } from './decide-resources.ts';

export interface ResourceWatch {
  /** Looks at the host, unless that was done a moment ago. An empty list: enough to start runs. */
  look(): Promise<readonly Shortage[]>;
  /** What the last look found. */
  readonly short: readonly Shortage[];
}

export interface ResourceWatchOptions {
  readonly db: Db;
  readonly nodeId: string;
  readonly thresholds: ResourceThresholds;
  readonly readHost: () => Promise<HostSnapshot>;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  readonly onTold: (message: string, isLow: boolean) => void;
}

const LOOK_EVERY_MS = 1_000;
const EVENTS_LOOKED_AT = 50;

/** Told once when a shortage begins and once when it ends, also when the node was started anew in between (X10). */
export async function createResourceWatch(options: ResourceWatchOptions): Promise<ResourceWatch> {
  const { thresholds, readHost, monotonicMs } = options;
  let short: readonly Shortage[] = await shortageTold(options);
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    async look() {
      if (monotonicMs() - lookedAt < LOOK_EVERY_MS) return short;
      lookedAt = monotonicMs();
      const before = short;
      short = decideResources(await readHost(), thresholds, before);
      if (before.length === 0 && short.length > 0) await tell(options, short);
      if (before.length > 0 && short.length === 0) await tell(options, short);
      return short;
    },
    get short() {
      return short;
    },
  };
}

async function shortageTold({ db, nodeId }: ResourceWatchOptions): Promise<readonly Shortage[]> {
  const events = await readSystemEvents(db, { subject: subjectOf(nodeId), limit: EVENTS_LOOKED_AT });
  const last = events.find(({ type }) => type === 'resources.low' || type === 'resources.enough');
  return last?.type === 'resources.low' ? last.data.short : [];
}

async function tell({ db, nodeId, onTold }: ResourceWatchOptions, short: readonly Shortage[]): Promise<void> {
  const host = hostname();
  const about = { subject: subjectOf(nodeId), occurrence: (await databaseNow(db)).toISOString() };
  if (short.length === 0) {
    const message = `Node ${nodeId} on ${host} has enough disk and memory again and starts runs.`;
    await appendSystemEvent(db, { ...about, type: 'resources.enough', data: { message, host } });
    return onTold(message, false);
  }
  const message = `Node ${nodeId} on ${host} starts no runs: ${short.map(inWords).join(', ')}. Make room there; what waits starts by itself then.`;
  await appendSystemEvent(db, {
    ...about,
    type: 'resources.low',
    data: { message, host, short: [...short] },
  });
  onTold(message, true);
}

function inWords({ what, freeBytes, neededBytes }: Shortage): string {
  return `${megabytes(freeBytes)} MB of ${what} free, ${megabytes(neededBytes)} MB needed`;
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}

function subjectOf(nodeId: string): string {
  return `node:${nodeId}`;
}
