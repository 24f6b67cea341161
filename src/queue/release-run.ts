import type { Run } from '../domain/run.ts';
import type { Tx } from '../store/schema.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, type LockedRun, lockOwned, type Owner } from './lock-run.ts';
import { loseOwner } from './lose-owner.ts';
import type { Queue } from './queue.ts';
import { giveBackJob } from './run-job.ts';

export interface Release extends Owner {
  readonly cause: string;
  /** Default true: counts against the recovery limit. False when the node hands the run over in good order. */
  readonly counts?: boolean;
}

/**
 * The worker of a run is gone: the run starts again from its checkpoint, or ends at its recovery limit (`run.recovery-limit`). A run
 * that was asked to stop ends as asked. Throws `run.stale-owner` for any epoch but the current one.
 */
export async function releaseRun(
  queue: Queue,
  { runId, epoch, cause, counts = true }: Release,
): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    await releaseLocked(queue, tx, { run: await lockOwned(tx, { runId, epoch }), cause, counts });
    return currentRun(tx, runId);
  });
}

export async function releaseLocked(
  queue: Queue,
  tx: Tx,
  loss: { readonly run: LockedRun; readonly cause: string; readonly counts: boolean },
): Promise<void> {
  const { run } = loss;
  const after = await loseOwner(queue, tx, loss);
  if (after.state !== 'starting') return;
  const jobId = await giveBackJob(queue.boss, tx, run);
  if (jobId === run.job_id) return;
  await tx.updateTable('runs').set({ job_id: jobId }).where('id', '=', run.id).execute();
}
