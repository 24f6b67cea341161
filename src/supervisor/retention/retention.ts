import { hostname } from 'node:os';
import { messageOf } from '../../domain/errors/runyard-error.ts';
import { type RetentionCount, retainedKinds, whatToRemove } from '../../domain/retention.ts';
import { appendSystemEvent } from '../../events/append-system-event.ts';
import { holdSingleton, releaseSingleton } from '../../store/singleton-lease.ts';
import type { RetentionOptions } from './options.ts';
import { removeThing } from './remove-thing.ts';
import { type PlacedThing, survey } from './survey.ts';

/** The duty of removing what is over its limits; nodes take turns, as each sees only its own disk. */
export const RETENTION = 'retention';
export const retentionLimitMs = 10 * 60_000;

/** Null: another node is at it. `signal` ends the pass; give it a limit of `retentionLimitMs`. */
export async function retainOnly(
  options: RetentionOptions,
  signal: AbortSignal,
): Promise<readonly RetentionCount[] | null> {
  const { db, nodeId } = options;
  const lease = { name: RETENTION, holder: nodeId };
  if (!(await holdSingleton(db, { ...lease, ttlMs: 2 * retentionLimitMs }))) return null;
  try {
    return await removeOverLimits({ ...options, removal: { ...options.removal, signal } }, signal);
  } finally {
    await releaseSingleton(db, lease);
  }
}

async function removeOverLimits(options: RetentionOptions, signal: AbortSignal): Promise<RetentionCount[]> {
  const { limits, keepMs, now } = options;
  const found = await survey(options, signal);
  const doomed = whatToRemove({ now: now(), limits, keepMs, things: found.things });
  const removed: PlacedThing[] = [];
  const failed: { thing: PlacedThing; why: string }[] = [];
  for (const thing of doomed) {
    if (signal.aborted) break;
    try {
      if (await removeThing(options, thing, found)) removed.push(thing);
    } catch (error) {
      failed.push({ thing, why: messageOf(error) });
    }
  }
  const counts = retainedKinds
    .map((kind) => ({
      kind,
      removed: removed.filter((thing) => thing.kind === kind).length,
      failed: failed.filter(({ thing }) => thing.kind === kind).length,
      bytes: removed.reduce((sum, thing) => sum + (thing.kind === kind ? thing.bytes : 0), 0),
    }))
    .filter((count) => count.removed + count.failed > 0);
  if (counts.length > 0) await tell(options, { counts, failed });
  return counts;
}

interface Outcome {
  readonly counts: RetentionCount[];
  readonly failed: readonly { readonly thing: PlacedThing; readonly why: string }[];
}

async function tell({ db, nodeId, onTold }: RetentionOptions, { counts, failed }: Outcome): Promise<void> {
  const host = hostname();
  const parts = counts.map(
    ({ kind, removed, bytes }) => `${removed} of ${kind} (${Math.round(bytes / 1024 / 1024)} MB)`,
  );
  const [first] = failed;
  const trouble = first
    ? ` Not removed, and tried again with the next pass: ${first.thing.path} (${first.why}).`
    : '';
  const message = `Node ${nodeId} on ${host} removed what was over the limits of retention: ${parts.join(', ')}.${trouble}`;
  await appendSystemEvent(db, {
    type: 'retention.removed',
    subject: `node:${nodeId}`,
    data: { message, host, counts },
  });
  onTold(message);
}
