import { sql } from 'kysely';
import type { Job } from 'pg-boss';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { databaseNow } from '../store/database-now.ts';
import { recordingFrom } from '../store/resources.ts';
import { toRun, withTotals } from '../store/run-rows.ts';
import type { Tx } from '../store/schema.ts';
import { engineDb, RUN_QUEUE, type RunJob, runJobSchema } from './engine.ts';
import { inTransaction, sqlState } from './in-transaction.ts';
import { currentRun, type LockedRun, lockRunIfThere } from './lock-run.ts';
import { loseOwner } from './lose-owner.ts';
import { type Move, tryToMoveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { completeFetched } from './run-job.ts';

export interface ClaimRequest {
  readonly nodeId: string;
  /** How many runs at most. */
  readonly batch: number;
  readonly leaseMs: number;
  readonly newWorkerId: () => string;
  /** Where the worker will work; it stands in the ledger with the claim, so before anybody can make it (X10). */
  readonly workspaceOf: (runId: string) => string;
}

/** A run this node must find a worker for, now. */
export interface Claim {
  readonly run: Run;
  readonly workerId: string;
  readonly epoch: number;
}

/** lock_not_available. */
export const LOCK_TIMED_OUT = '55P03';

/**
 * Takes admitted runs: fetch, `starting → running`, owner and epoch + 1, in one transaction. Two nodes never get the same run (Q5).
 * Jobs that lost touch with their run (the engine expired or gave them back by itself) are mended on the way.
 */
export async function claimRuns(queue: Queue, request: ClaimRequest): Promise<Claim[]> {
  if (request.batch <= 0) return [];
  try {
    return await inTransaction(queue, (tx) => claimInTransaction(queue, tx, request));
  } catch (error) {
    if (sqlState(error) === LOCK_TIMED_OUT) return [];
    throw error;
  }
}

/** In a transaction that may have admitted runs. Fails with `LOCK_TIMED_OUT` rather than waiting for a run that somebody holds. */
export async function claimInTransaction(queue: Queue, tx: Tx, request: ClaimRequest): Promise<Claim[]> {
  const jobs = await queue.boss.fetch<RunJob>(RUN_QUEUE, { ...engineDb(tx), batchSize: request.batch });
  const claims: Claim[] = [];
  for (const job of jobs) {
    const claim = (await takeStarting(tx, { job, request })) ?? (await claimJob(queue, tx, { job, request }));
    if (claim) claims.push(claim);
  }
  return claims;
}

interface JobToClaim {
  readonly job: Job<RunJob>;
  readonly request: ClaimRequest;
}

/** The usual case in one statement that waits for nobody: null when the run is not just waiting for this job's worker. */
async function takeStarting(tx: Tx, { job, request }: JobToClaim): Promise<Claim | null> {
  const { runId } = runJobSchema.parse(job.data);
  const workerId = request.newWorkerId();
  const owned = await tryToMoveRun(
    tx,
    { id: runId, state: 'starting', job_id: job.id },
    { ...ownership({ job, request, workerId }), skipLocked: true },
  );
  if (!owned) return null;
  // Before its first owner no model was called, so the row says it all.
  const isFirst = owned.epoch === 1;
  const run = isFirst ? toRun(withTotals(owned)) : await currentRun(tx, runId);
  return { run, workerId, epoch: owned.epoch };
}

async function claimJob(queue: Queue, tx: Tx, { job, request }: JobToClaim): Promise<Claim | null> {
  // Here the job is locked before the run; everywhere else it is the other way round. Whoever wants both meets us soon, and we yield:
  // the jobs stay in the queue for the next look.
  await sql`set local lock_timeout = '250ms'`.execute(tx);
  const { runId } = runJobSchema.parse(job.data);
  const found = await lockRunIfThere(tx, runId);
  const run = found && found.job_id === job.id ? await mend(queue, tx, { run: found, job }) : null;
  if (run?.state === 'running') return null;
  if (run?.state === 'starting') return takeStarting(tx, { job, request });
  await completeFetched(queue.boss, tx, job);
  return null;
}

/**
 * A job of a run that is owned comes back when the engine missed its heartbeats. While the lease holds, the owner keeps the run and the
 * fetch just made becomes its job's; once the lease is over the owner is lost.
 */
async function mend(
  queue: Queue,
  tx: Tx,
  { run, job }: { run: LockedRun; job: Job<RunJob> },
): Promise<LockedRun> {
  if (run.state !== 'running' || run.lease_expires_at === null) return run;
  if (run.lease_expires_at <= (await databaseNow(tx))) {
    const cause = `The lease of worker ${run.owner ?? 'unknown'} ended without a heartbeat.`;
    return loseOwner(queue, tx, { run: { ...run, job_attempt: job.retryCount }, cause, counts: true });
  }
  await tx.updateTable('runs').set({ job_attempt: job.retryCount }).where('id', '=', run.id).execute();
  const message =
    'The queue engine took the job of this run back while its worker was alive; the worker keeps the run.';
  await appendEvents(tx, run.id, [{ type: 'run.warning', data: { code: 'queue.job-taken-back', message } }]);
  return run;
}

function ownership({ job, request, workerId }: JobToClaim & { readonly workerId: string }): Move {
  const { leaseMs, nodeId } = request;
  const key = `workspace:${job.data.runId}`;
  return {
    to: 'running',
    set: {
      epoch: sql`epoch + 1`,
      owner: workerId,
      node_id: nodeId,
      claimed_at: NOW,
      lease_expires_at: sql`${NOW} + ${leaseMs} * interval '1 ms'`,
      deadline_at: sql`${NOW} + ${LEFT_MS} * interval '1 ms'`,
      started_at: sql`coalesce(started_at, ${NOW})`,
      job_attempt: job.retryCount,
    },
    also: recordingFrom('moved', {
      key,
      kind: 'workspace',
      handle: request.workspaceOf(job.data.runId),
      nodeId,
    }),
  };
}

const NOW = sql<Date>`runyard_now()`;
/** What is left of the run's limit. */
const LEFT_MS = sql<number>`greatest(0, (spec -> 'limits' ->> 'runMs')::bigint - owned_ms)`;
