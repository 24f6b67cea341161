import { sql } from 'kysely';
import { addMs } from '../lib/deadline.ts';
import type { Tx } from '../store/schema.ts';
import { type AdmissionSnapshot, takeAdmissionSnapshot } from './admission-snapshot.ts';
import { type BreakerGates, passGates, readBreakerGates } from './breaker-gates.ts';
import { inTransaction } from './in-transaction.ts';
import { type LockedRun, lockRun } from './lock-run.ts';
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
    const gates = await readBreakerGates(tx);
    const first = await admitOnce(queue, tx, { decide, gates });
    if (!first.heldBack) return first.admitted;
    // Places that were meant for runs which must wait for a probe are for others.
    const second = await admitOnce(queue, tx, { decide, gates: await readBreakerGates(tx) });
    return [...first.admitted, ...second.admitted];
  });
}

interface Round {
  readonly admitted: string[];
  /** Whether a run was left in the queue because another one tries out what it needs. */
  readonly heldBack: boolean;
}

async function admitOnce(
  queue: Queue,
  tx: Tx,
  { decide, gates }: { decide: DecideAdmission; gates: BreakerGates },
): Promise<Round> {
  const snapshot = await takeAdmissionSnapshot(tx, { gates });
  const { now } = snapshot;
  const admitted: string[] = [];
  let heldBack = false;
  if (snapshot.queued.length === 0) return { admitted, heldBack };
  for (const id of decide(snapshot)) {
    const run = await lockRun(tx, id);
    // Stopped between the snapshot and now.
    if (run.state !== 'queued') continue;
    if (!(await passGates(tx, run, { gates, now }))) {
      heldBack = true;
      continue;
    }
    await admit(queue, tx, { run, now });
    admitted.push(id);
  }
  return { admitted, heldBack };
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

async function admit({ boss }: Queue, tx: Tx, { run, now }: { run: LockedRun; now: Date }): Promise<void> {
  const jobId = await sendJob(boss, tx, run);
  const set = { job_id: jobId, start_deadline_at: addMs(now, START_DEADLINE_MS) };
  await moveRun(tx, run, { to: 'starting', set });
}
