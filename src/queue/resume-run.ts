import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, lockRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { requeue } from './requeue.ts';

export interface Resumption {
  readonly runId: string;
  readonly by: string;
  /** What exactly is approved: the hash of the plan, or the commit of a change that could not be verified (X14). */
  readonly approved: string;
}

/**
 * A person approves what a run waits for; it goes back into the queue. Throws `run.not-waiting`, or `run.wrong-plan-hash` when the
 * approval names something else than what waits.
 */
export async function resumeRun(queue: Queue, { runId, by, approved }: Resumption): Promise<Run> {
  return inTransaction(queue, async (tx) => {
    const run = await lockRun(tx, runId);
    const { planHash, commit } = run.wait_detail ?? { planHash: null, commit: null };
    const expected = planHash ?? commit;
    const decidable = run.wait_reason === 'approval' || run.wait_reason === 'input';
    if (run.state !== 'waiting' || !decidable || expected === null) {
      throw runyardError('run.not-waiting', { run: runId, state: run.state });
    }
    if (approved !== expected)
      throw runyardError('run.wrong-plan-hash', { run: runId, given: approved, expected });
    await appendEvents(tx, runId, [{ type: 'plan.approved', data: { hash: approved, by } }]);
    await requeue(tx, run);
    return currentRun(tx, runId);
  });
}
