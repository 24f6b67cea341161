import { type ErrorData, runyardError } from '../domain/errors/runyard-error.ts';
import type { Delivery, Run } from '../domain/run.ts';
import { appendWorkerEvents, type WorkerEvents } from '../events/append-worker-events.ts';
import { toRun, withTotals } from '../store/run-rows.ts';
import type { Tx } from '../store/schema.ts';
import { type Ending, endRun, lockOwnedWithTotals } from './end-run.ts';
import { inTransaction } from './in-transaction.ts';
import type { LockedRun, Owner } from './lock-run.ts';
import type { Queue } from './queue.ts';

export interface Settlement extends Owner {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'timed_out';
  /** Why it did not succeed; null exactly for `succeeded`. */
  readonly error: ErrorData | null;
  /** What was delivered; null takes what was recorded before. `succeeded` needs one: success is delivered success. */
  readonly delivery: Delivery | null;
  readonly attempts: number;
  /** The last ones of its worker, stored with the end they lead to. */
  readonly events?: WorkerEvents['events'];
}

/** The owner ends its run. Throws `run.stale-owner` when it is not the owner any more. */
export async function settleRun(queue: Queue, settlement: Settlement): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    const { run, totals } = await lockOwnedWithTotals(tx, settlement);
    await appendLast(tx, settlement);
    const ended = await endRun(queue, tx, { run, ending: endingOf(run, settlement), totals });
    return toRun(withTotals(ended));
  });
}

export async function appendLast(
  tx: Tx,
  { runId, epoch, events = [] }: Owner & { readonly events?: WorkerEvents['events'] },
): Promise<void> {
  if (events.length > 0) await appendWorkerEvents(tx, { runId, epoch, events });
}

function endingOf(run: LockedRun, { outcome, error, delivery, attempts }: Settlement): Ending {
  if (outcome !== 'succeeded') {
    if (!error)
      throw runyardError('run.unexpected', {
        detail: `run ${run.id} was to end as ${outcome} without a cause`,
      });
    return { outcome, error, attempts };
  }
  const delivered = delivery ?? run.delivery;
  if (!delivered)
    throw runyardError('run.unexpected', { detail: `run ${run.id} was to succeed without a delivery` });
  return { outcome, delivery: delivered, attempts };
}
