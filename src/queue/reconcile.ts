import { appendSystemEvent } from '../events/append-system-event.ts';
import { inTransaction } from './in-transaction.ts';
import { listViolations, type Violation } from './invariant.ts';
import { lockRunIfThere } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { dropJob } from './run-job.ts';

/** Looks once; gives the contradictions that stood at the look before as well. */
export type Reconcile = () => Promise<readonly Violation[]>;

/**
 * Checks the invariant of this folder (a run has a live job exactly when it is starting or running). What the engine does by itself is
 * mended within seconds by a heartbeat, a claim or enforceDeadlines; what two looks in a row find is told, once. A job without a
 * run is ended here: nobody else would before it is fetched.
 */
export function createReconciler(queue: Queue): Reconcile {
  let before: ReadonlySet<string> = new Set();
  return async () => {
    const found = await listViolations(queue);
    const lasting = found.filter((violation) => before.has(keyOf(violation)));
    before = new Set(found.map(keyOf));
    for (const violation of lasting) await act(queue, violation);
    return lasting;
  };
}

async function act(queue: Queue, violation: Violation): Promise<void> {
  const { kind, runId: run, jobId: job } = violation;
  await inTransaction(queue, async (tx) => {
    if (kind === 'job-without-run' && job !== null) {
      const holder = run === null ? null : await lockRunIfThere(tx, run);
      if (holder?.job_id === job) return;
      await dropJob(queue.boss, tx, { job_id: job });
    }
    const message = describe(violation);
    await appendSystemEvent(tx, {
      type: 'queue.contradiction',
      subject: run === null ? 'queue' : `run:${run}`,
      occurrence: keyOf(violation),
      data: { message, kind, run, job },
    });
  });
}

function describe({ kind, runId, runState, jobId, jobState }: Violation): string {
  const run = `run ${runId ?? 'unknown'}${runState ? ` (${runState})` : ''}`;
  const job = `job ${jobId ?? 'unknown'}${jobState ? ` (${jobState})` : ''}`;
  const report = 'This should not happen: please report it with the events of the run.';
  if (kind === 'job-without-run')
    return `The queue had ${job} of ${run}, which is neither starting nor running; the job was ended. ${report}`;
  if (kind === 'run-without-job') return `${run} has no job in the queue; it gets a new one. ${report}`;
  return `${run} has ${job}, which does not fit its state; the next heartbeat or claim mends that. ${report}`;
}

function keyOf({ kind, runId, jobId }: Violation): string {
  return `${kind} ${runId ?? ''} ${jobId ?? ''}`;
}
