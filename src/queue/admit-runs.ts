import { sql } from 'kysely';
import { addMs } from '../lib/deadline.ts';
import type { Tx } from '../store/schema.ts';
import { type AdmissionSnapshot, takeAdmissionSnapshot } from './admission-snapshot.ts';
import { inTransaction } from './in-transaction.ts';
import { lockRun } from './lock-run.ts';
import { moveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { sendJob } from './run-job.ts';
import { excuseOutage, START_DEADLINE_MS } from './start-deadline.ts';

/** Chosen at random once; PostgreSQL advisory locks are told apart by number alone. */
const ADMISSION_LOCK = 511_209_377;

/** The ids of the runs that may start, in that order. Pure: it may be asked again with a newer snapshot. */
export type DecideAdmission = (snapshot: AdmissionSnapshot) => readonly string[];

/**
 * Lets runs start: snapshot, decision and `queued → starting` with a job each, in one transaction. One node at a time, so the limits
 * that `decide` keeps hold exactly however many nodes there are (Q2). Resolves to the ids admitted.
 */
export async function admitRuns(queue: Queue, decide: DecideAdmission): Promise<string[]> {
  if (!(await anythingQueued(queue))) return [];
  return inTransaction(queue, async (tx) => {
    await sql`select pg_advisory_xact_lock(${ADMISSION_LOCK})`.execute(tx);
    await excuseOutage(tx);
    const snapshot = await takeAdmissionSnapshot(tx);
    if (snapshot.queued.length === 0) return [];
    const admitted: string[] = [];
    for (const id of decide(snapshot)) {
      if (await admit(queue, tx, { id, now: snapshot.now })) admitted.push(id);
    }
    return admitted;
  });
}

async function anythingQueued({ store }: Queue): Promise<boolean> {
  const row = await store.db
    .selectFrom('runs')
    .select('id')
    .where('state', '=', 'queued')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** False when the run was stopped between the snapshot and now. */
async function admit({ boss }: Queue, tx: Tx, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const run = await lockRun(tx, id);
  if (run.state !== 'queued') return false;
  const jobId = await sendJob(boss, tx, run);
  const set = { job_id: jobId, start_deadline_at: addMs(now, START_DEADLINE_MS) };
  await moveRun(tx, run, { to: 'starting', set });
  return true;
}
