import { sql } from 'kysely';
import { type RunyardError, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { appendSystemEvent } from '../events/append-system-event.ts';
import { formatDuration } from '../lib/deadline.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Tx } from '../store/schema.ts';
import { endRun } from './end-run.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun, type LockedRun, lockRun } from './lock-run.ts';
import { type Overdue, overdue } from './overdue.ts';
import type { Queue } from './queue.ts';
import { releaseLocked } from './release-run.ts';
import { storeIntent } from './request-stop.ts';
import { requeue } from './requeue.ts';
import { restoreJobs } from './restore-jobs.ts';
import { excuseOutage, START_DEADLINE_MS } from './start-deadline.ts';

/**
 * Acts on every run that is over a limit, each in a transaction of its own, and on admitted runs the engine lost the job of. Any node
 * may call this at any time. Resolves to the runs it changed; one that got a stop intent needs its worker told.
 */
export async function enforceDeadlines(queue: Queue): Promise<Run[]> {
  await inTransaction(queue, excuseOutage);
  const changed: Run[] = [];
  for (const id of await candidates(queue)) {
    const run = await inTransaction(queue, (tx) => enforce(queue, tx, id));
    if (run) changed.push(run);
  }
  await restoreJobs(queue);
  return changed;
}

async function candidates({ store }: Queue): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with clock as materialized (select runyard_now() as now)
    select id from runs, clock
    where (state = 'queued' and expires_at <= now)
      or (state = 'starting' and start_deadline_at <= now)
      or (state = 'waiting' and wait_until <= now)
      or (state = 'running' and (lease_expires_at <= now or (deadline_at <= now and stop_intent is null)))
    order by id`.execute(store.db);
  return rows.map((row) => row.id);
}

async function enforce(queue: Queue, tx: Tx, id: string): Promise<Run | null> {
  let changed = false;
  // A run can be over two limits: the deadline first becomes an intent, which the lapsed lease then carries out.
  for (;;) {
    const run = await lockRun(tx, id);
    const limit = overdue(run, await databaseNow(tx));
    if (!limit) return changed ? currentRun(tx, id) : null;
    await act(queue, tx, { run, limit });
    changed = true;
  }
}

async function act(
  queue: Queue,
  tx: Tx,
  { run, limit }: { run: LockedRun; limit: Overdue },
): Promise<unknown> {
  switch (limit) {
    case 'expired-in-queue': {
      const error = toErrorData(runyardError('run.expired-in-queue', { run: run.id }));
      return endRun(queue, tx, { run, ending: { outcome: 'timed_out', error } });
    }
    case 'not-started': {
      const fields = { run: run.id, limitMs: START_DEADLINE_MS };
      const error = toErrorData(runyardError('run.start-deadline-exceeded', fields));
      const message = `${error.what} ${error.why} ${error.next}`;
      await appendSystemEvent(tx, {
        type: 'run.not-started',
        subject: `run:${run.id}`,
        occurrence: run.id,
        data: { message, run: run.id },
      });
      return endRun(queue, tx, { run, ending: { outcome: 'failed', error } });
    }
    case 'nobody-decided': {
      const error = toErrorData(nobodyDecided(run));
      return endRun(queue, tx, { run, ending: { outcome: 'timed_out', error } });
    }
    case 'stays-delivered':
      return (
        run.delivery && endRun(queue, tx, { run, ending: { outcome: 'succeeded', delivery: run.delivery } })
      );
    case 'waited-enough':
      return requeue(tx, run);
    case 'deadline-passed':
      return storeIntent(tx, run, await timeOut(tx, run));
    case 'lease-lapsed': {
      const cause = `The lease of worker ${run.owner ?? 'unknown'} ended without a heartbeat.`;
      return releaseLocked(queue, tx, { run, cause, counts: true });
    }
  }
}

function nobodyDecided({ id, wait_reason, wait_detail }: LockedRun): RunyardError {
  const questions = wait_detail?.questions ?? [];
  if (questions.length > 0) return runyardError('plan.unanswered', { run: id, questions });
  return runyardError('run.approval-expired', {
    run: id,
    reason: wait_detail?.reason ?? wait_reason ?? 'unknown',
  });
}

async function timeOut(tx: Tx, { spec }: LockedRun) {
  const at = (await databaseNow(tx)).toISOString();
  const reason = `The run's limit of ${formatDuration(spec.limits.runMs)} is used up.`;
  return { mode: 'time-out', by: 'runyard', reason, at } as const;
}
