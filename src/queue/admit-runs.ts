import { sql } from 'kysely';
import { addMs } from '../lib/deadline.ts';
import { SENT_AHEAD } from '../store/prepared-pool.ts';
import type { Tx } from '../store/schema.ts';
import { type AdmissionSnapshot, takeAdmissionSnapshot } from './admission-snapshot.ts';
import { passGates } from './breaker-gates.ts';
import { type Claim, type ClaimRequest, claimInTransaction, LOCK_TIMED_OUT } from './claim-runs.ts';
import { inTransaction, sqlState } from './in-transaction.ts';
import { lockRun } from './lock-run.ts';
import { tryToMoveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { newJobId, sendJob } from './run-job.ts';
import { START_DEADLINE_MS } from './start-deadline.ts';

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
  return inTransaction(queue, (tx) => admitUnderLock(queue, tx, decide));
}

/**
 * The same, and takes what may start for this node: in one transaction, because every run waits for its commits. Gives what this node
 * must find workers for.
 */
export async function admitAndClaim(
  queue: Queue,
  decide: DecideAdmission,
  request: ClaimRequest,
): Promise<Claim[]> {
  if (request.batch <= 0) return [];
  try {
    return await inTransaction(queue, async (tx) => {
      await admitUnderLock(queue, tx, decide);
      return claimInTransaction(queue, tx, request);
    });
  } catch (error) {
    if (sqlState(error) !== LOCK_TIMED_OUT) throw error;
    // Somebody holds a run whose job was found here. What may start is not kept waiting for that.
    await admitRuns(queue, decide);
    return [];
  }
}

async function admitUnderLock(queue: Queue, tx: Tx, decide: DecideAdmission): Promise<string[]> {
  await sql`${sql.raw(SENT_AHEAD)}select pg_advisory_xact_lock(${ADMISSION_LOCK})`.execute(tx);
  const first = await admitOnce(queue, tx, decide);
  if (!first.heldBack) return first.admitted;
  // Places that were meant for runs which must wait for a probe are for others.
  const second = await admitOnce(queue, tx, decide);
  return [...first.admitted, ...second.admitted];
}

interface Round {
  readonly admitted: string[];
  /** Whether a run was left in the queue because another one tries out what it needs. */
  readonly heldBack: boolean;
}

async function admitOnce(queue: Queue, tx: Tx, decide: DecideAdmission): Promise<Round> {
  const snapshot = await takeAdmissionSnapshot(tx);
  const { now, gates } = snapshot;
  const admitted: string[] = [];
  let heldBack = false;
  if (snapshot.queued.length === 0) return { admitted, heldBack };
  for (const id of decide(snapshot)) {
    if (gates.due.length > 0) {
      const run = await lockRun(tx, id);
      if (run.state === 'queued' && !(await passGates(tx, run, { gates, now }))) {
        heldBack = true;
        continue;
      }
    }
    if (await admit(queue, tx, { id, now })) admitted.push(id);
  }
  return { admitted, heldBack };
}

async function anythingQueued({ store }: Queue): Promise<boolean> {
  const row = await store.db
    .selectFrom('runs')
    .select('id')
    // In the words of the partial index, which a prepared statement with a value for it could not use.
    .where(sql<boolean>`state = 'queued'`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** False: stopped between the snapshot and now. */
async function admit({ boss }: Queue, tx: Tx, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const jobId = newJobId();
  const set = { job_id: jobId, start_deadline_at: addMs(now, START_DEADLINE_MS) };
  const run = await tryToMoveRun(tx, { id, state: 'queued' }, { to: 'starting', set });
  if (run) await sendJob(boss, tx, { ...run, newId: jobId });
  return run !== null;
}
