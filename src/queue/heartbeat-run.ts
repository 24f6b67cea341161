import { sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { StopIntent } from '../domain/run.ts';
import type { Stage } from '../domain/stage.ts';
import type { Tx } from '../store/schema.ts';
import { toText } from '../store/to-json.ts';
import { inTransaction } from './in-transaction.ts';
import type { LockedRun, Owner } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { fetchableJob, touchJob } from './run-job.ts';

export interface Heartbeat extends Owner {
  readonly leaseMs: number;
  /** null: as before. */
  readonly stage: Stage | null;
  readonly attempt: number;
  /** What the worker is doing, in words, for people. */
  readonly activity: string;
}

const LONGEST_ACTIVITY = 500;

/**
 * Prolongs lease and job together and answers with the stop intent, if there is one. A lease that is over can still be prolonged as
 * long as nobody took the run; afterwards, and after the end of the run, `run.stale-owner` is thrown and the worker must end.
 */
export async function heartbeatRun(queue: Queue, heartbeat: Heartbeat): Promise<{ stop: StopIntent | null }> {
  return inTransaction(queue, async (tx) => {
    const run = await prolong(tx, heartbeat);
    if (!(await touchJob(queue.boss, tx, run))) await keepJob(queue, tx, run);
    return { stop: run.stop_intent };
  });
}

async function prolong(
  tx: Tx,
  { runId, epoch, leaseMs, stage, attempt, activity }: Heartbeat,
): Promise<LockedRun> {
  const row = await tx
    .updateTable('runs')
    .set((eb) => ({
      lease_expires_at: sql<Date>`runyard_now() + ${leaseMs} * interval '1 ms'`,
      attempt: eb.fn<number>('greatest', ['attempt', eb.val(attempt)]),
      last_activity: toText(activity.slice(0, LONGEST_ACTIVITY)),
      last_activity_at: sql<Date>`runyard_now()`,
      ...(stage === null ? {} : { stage }),
    }))
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .where('epoch', '=', epoch)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw runyardError('run.stale-owner', { run: runId, epoch });
  return row;
}

/**
 * The engine took the job away (missed heartbeats, expiry) or gave it up (retries used up) although the owner is alive. It must be in
 * the engine for the next claim to find, which then hands it back to this owner.
 */
async function keepJob({ boss }: Queue, tx: Tx, run: LockedRun): Promise<void> {
  const jobId = await fetchableJob(boss, tx, run);
  await tx.updateTable('runs').set({ job_id: jobId, job_attempt: null }).where('id', '=', run.id).execute();
}
