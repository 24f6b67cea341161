import type { Run, WaitDetail } from '../domain/run.ts';
import type { WaitReason } from '../domain/run-state.ts';
import type { WorkerEvents } from '../events/append-worker-events.ts';
import { toJson } from '../store/to-json.ts';
import { endRun, stopEnding } from './end-run.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, lockOwned, type Owner } from './lock-run.ts';
import { moveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { dropJob } from './run-job.ts';
import { appendLast } from './settle-run.ts';

export interface Parking extends Owner {
  readonly reason: WaitReason;
  readonly waitUntil: Date;
  readonly detail: WaitDetail;
  /** The last ones of its worker, stored with the wait they lead to. */
  readonly events?: WorkerEvents['events'];
}

/**
 * The owner gives its run up until something happens: no worker, no job, a deadline. A run that was asked to stop ends instead. Throws
 * `run.stale-owner` when it is not the owner any more.
 */
export async function parkRun(queue: Queue, parking: Parking): Promise<Run> {
  const { runId, epoch, reason, waitUntil, detail } = parking;
  return inTransaction(queue, async (tx) => {
    const run = await lockOwned(tx, { runId, epoch });
    await appendLast(tx, parking);
    if (run.stop_intent) {
      await endRun(queue, tx, { run, ending: stopEnding(run, run.stop_intent) });
    } else {
      await dropJob(queue.boss, tx, run);
      const set = { wait_reason: reason, wait_until: waitUntil, wait_detail: toJson(detail) };
      await moveRun(tx, run, { to: 'waiting', set });
    }
    return currentRun(tx, runId);
  });
}
