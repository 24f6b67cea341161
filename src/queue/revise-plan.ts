import { acceptRemark, type PlanRemark } from '../domain/plan-remark.ts';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { readPlanRevisions } from '../events/plan-revisions.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, lockRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { requeue } from './requeue.ts';

export interface PlanRevising {
  readonly runId: string;
  /** The plan that is meant. */
  readonly planHash: string;
  readonly by: string;
  readonly remark: PlanRemark;
}

/**
 * A person wants another plan than the one that waits (P2), or answers what it asks (P3): the run goes back into the queue, and its next
 * worker plans again. Throws what `acceptRemark` throws.
 */
export async function revisePlan(queue: Queue, { runId, ...said }: PlanRevising): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    const locked = await lockRun(tx, runId);
    const [run, revisions] = [await currentRun(tx, runId), await readPlanRevisions(tx, runId)];
    await appendEvents(tx, runId, [acceptRemark({ run, revisions }, said)]);
    await requeue(tx, locked);
    return currentRun(tx, runId);
  });
}
