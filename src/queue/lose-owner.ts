import { runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { addMs } from '../lib/deadline.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Tx } from '../store/schema.ts';
import { endRun, stopEnding } from './end-run.ts';
import type { LockedRun } from './lock-run.ts';
import { moveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { START_DEADLINE_MS } from './start-deadline.ts';

export interface Loss {
  readonly run: LockedRun;
  /** In words, for the events of the run and, at the limit, for its error. */
  readonly cause: string;
  /** False for a worker that its own node took away in good order: that is nothing the run could be blamed for. */
  readonly counts: boolean;
}

/**
 * What becomes of a running run without an owner: `starting` again with one more recovery, or its end (a stop was asked for, or the
 * recovery limit is reached). An ended run has no job any more; for one that starts again the caller sees to the job.
 */
export async function loseOwner(queue: Queue, tx: Tx, { run, cause, counts }: Loss): Promise<LockedRun> {
  if (run.stop_intent) return endRun(queue, tx, { run, ending: stopEnding(run, run.stop_intent) });
  if (counts && run.recoveries >= run.spec.limits.recoveries) {
    const fields = { run: run.id, recoveries: run.recoveries + 1, lastCause: cause };
    const error = toErrorData(runyardError('run.recovery-limit', fields));
    return endRun(queue, tx, { run, ending: { outcome: 'failed', error } });
  }
  const recoveries = run.recoveries + (counts ? 1 : 0);
  const startDeadlineAt = addMs(await databaseNow(tx), START_DEADLINE_MS);
  return moveRun(tx, run, {
    to: 'starting',
    set: { recoveries, start_deadline_at: startDeadlineAt },
    events: [{ type: 'run.recovered', data: { recoveries, cause } }],
  });
}
