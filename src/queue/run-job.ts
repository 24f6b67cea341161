import { randomUUID } from 'node:crypto';
import type { PgBoss } from 'pg-boss';
import type { Tx } from '../store/schema.ts';
import { engineDb, engineDbAhead, jobOptions, RUN_QUEUE } from './engine.ts';
import type { LockedRun } from './lock-run.ts';

type RunWithJob = Pick<LockedRun, 'id' | 'priority' | 'spec' | 'job_id' | 'job_attempt'>;

/** For a job that will be sent: a run's row names its job. */
export function newJobId(): string {
  return randomUUID();
}

/**
 * Puts a job for the run into the engine and returns its id, for `job_id`: `newId` if the row names it already. The engine refuses a job only
 * by a limit of its queue, and ours has none.
 */
export async function sendJob(
  boss: PgBoss,
  tx: Tx,
  { newId = newJobId(), ...run }: Pick<RunWithJob, 'id' | 'priority' | 'spec'> & { newId?: string },
): Promise<string> {
  const options = { ...jobOptions(run.priority, run.spec.limits), ...engineDbAhead(tx), id: newId };
  await boss.send(RUN_QUEUE, { runId: run.id }, options);
  return newId;
}

/** Keeps the job of an owned run alive. False: the engine has taken it from the owner, or lost it. */
export async function touchJob(boss: PgBoss, tx: Tx, { job_id, job_attempt }: RunWithJob): Promise<boolean> {
  if (job_id === null || job_attempt === null) return false;
  const { affected } = await settled(
    boss.touch(RUN_QUEUE, { id: job_id, retryCount: job_attempt }, engineDb(tx)),
  );
  return affected === 1;
}

/**
 * Ends the run's job, whoever holds it: the caller has the run's row locked, and the row is the truth. Normally that is the fetched
 * attempt; if the engine took it back meanwhile (missed heartbeat), the job is ended where it waits.
 */
export async function dropJob(boss: PgBoss, tx: Tx, { job_id }: Pick<RunWithJob, 'job_id'>): Promise<void> {
  if (job_id === null) return;
  await boss.complete(RUN_QUEUE, job_id, null, { ...engineDbAhead(tx), includeQueued: true });
}

/** Ends exactly this fetch of a job; false when it is not held any more. */
export async function completeFetched(
  boss: PgBoss,
  tx: Tx,
  fetched: { readonly id: string; readonly retryCount: number },
): Promise<boolean> {
  const { affected } = await settled(boss.complete(RUN_QUEUE, fetched, null, engineDb(tx)));
  return affected === 1;
}

/** Hands the job of a run that lost its owner back to the engine, to be fetched again. Resolves to the job's id, maybe a new one. */
export async function giveBackJob(boss: PgBoss, tx: Tx, run: RunWithJob): Promise<string> {
  if (run.job_id !== null && run.job_attempt !== null) {
    await boss.fail(RUN_QUEUE, { id: run.job_id, retryCount: run.job_attempt }, null, engineDb(tx));
  }
  return fetchableJob(boss, tx, run);
}

/** The id of a job that a claim will find: the run's own if it still waits, else a new one in its place. */
export async function fetchableJob(boss: PgBoss, tx: Tx, run: RunWithJob): Promise<string> {
  const state = await jobState(boss, tx, run.job_id);
  if (run.job_id !== null && (state === 'created' || state === 'retry')) return run.job_id;
  if (run.job_id !== null && state === 'active') await dropJob(boss, tx, run);
  return sendJob(boss, tx, run);
}

async function jobState(boss: PgBoss, tx: Tx, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const [job] = await boss.findJobs(RUN_QUEUE, { ...engineDb(tx), id });
  return job?.state ?? null;
}

/** The engine's types leave out what its calls resolve to; its documentation and source name `affected`. */
async function settled(response: Promise<unknown>): Promise<{ affected: number }> {
  const value = await response;
  if (
    typeof value === 'object' &&
    value !== null &&
    'affected' in value &&
    typeof value.affected === 'number'
  ) {
    return { affected: value.affected };
  }
  throw new Error('the queue engine did not say how many jobs it changed');
}
