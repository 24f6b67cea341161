import { decideParking } from '../domain/decide-parking.ts';
import { type ErrorData, fromErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { needsProof, type ProviderTrouble } from '../domain/provider-trouble.ts';
import type { Run } from '../domain/run.ts';
import type { WorkerEvents } from '../events/append-worker-events.ts';
import { findBreaker, hasWorked } from '../store/breakers.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { type Ending, endRun, stopEnding } from './end-run.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, type LockedRun, lockOwned, type Owner } from './lock-run.ts';
import { moveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { dropJob } from './run-job.ts';
import { appendLast } from './settle-run.ts';

export interface ProviderParking extends Owner {
  readonly trouble: ProviderTrouble;
  readonly cause: ErrorData;
  /** How long to wait when nobody says. */
  readonly pauseMs: number;
  /** Finished attempts; this one does not count. */
  readonly attempts: number;
  /** The last ones of its worker, stored with the wait they lead to. */
  readonly events?: WorkerEvents['events'];
}

/**
 * The owner gives its run up until its provider can be used again (X7). It fails with the cause instead when it has waited enough in all,
 * or when waiting would hide a fault of the settings. Throws `run.stale-owner` when it is not the owner any more.
 */
export async function parkForProvider(queue: Queue, parking: ProviderParking): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    const run = await lockOwned(tx, parking);
    await appendLast(tx, parking);
    const ending = run.stop_intent
      ? stopEnding(run, run.stop_intent)
      : await parkOrGiveUp(queue, tx, { run, parking });
    if (ending) await endRun(queue, tx, { run, ending });
    return currentRun(tx, run.id);
  });
}

/** How the run ends instead; null when it is parked. */
async function parkOrGiveUp(
  { boss }: Queue,
  tx: Tx,
  { run, parking }: { run: LockedRun; parking: ProviderParking },
): Promise<Ending | null> {
  const { trouble, cause, pauseMs, attempts } = parking;
  const { provider, reason } = trouble;
  if (needsProof(cause) && !(await hasWorked(tx, provider)))
    return { outcome: 'failed', error: cause, attempts };
  const key = `provider:${provider}`;
  const { breaker } = await findBreaker(tx, key);
  const now = await databaseNow(tx);
  const limitMs = run.spec.limits.parkMs;
  const parkedMs = run.parked_ms;
  const action = decideParking({ now, breaker, askedMs: trouble.waitMs, pauseMs, parkedMs, limitMs });
  if (action.kind === 'give-up') {
    const fields = { run: run.id, provider, parkedMs, limitMs, cause: `${cause.what} ${cause.why}` };
    const error = toErrorData(runyardError('run.parking-limit', fields, fromErrorData(cause)));
    return { outcome: 'failed', error, attempts };
  }
  await dropJob(boss, tx, run);
  const detail = { reason: cause.what, planHash: null, commit: null, breaker: key, cause };
  await moveRun(tx, run, {
    to: 'waiting',
    set: {
      wait_reason: reason,
      wait_until: action.until,
      wait_detail: toJson(detail),
      parked_ms: parkedMs + action.waitMs,
    },
  });
  return null;
}
