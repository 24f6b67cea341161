import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { Run } from '../../src/domain/run.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { RUN_QUEUE } from '../../src/queue/engine.ts';
import { heartbeatRun } from '../../src/queue/heartbeat-run.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { findRun } from '../../src/store/runs.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

// What the engine does on its own account, to jobs of runs that we still consider ours.

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
const LEASE_MS = 15_000;

async function owned(recoveries = 2): Promise<Run> {
  const { run } = await acceptRun(database.queue, {
    spec: testSpec({ limits: { recoveries } }),
    idempotencyKey: null,
    by: 'test',
  });
  await claimAll(database.queue, { leaseMs: LEASE_MS });
  return findRun(database.store.db, run.id);
}

async function admitted(): Promise<Run> {
  const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  await admitRuns(database.queue, () => [run.id]);
  return findRun(database.store.db, run.id);
}

const ownerOf = ({ id, epoch }: Run) => ({ runId: id, epoch });
const beat = (run: Run) =>
  heartbeatRun(database.queue, { ...ownerOf(run), leaseMs: LEASE_MS, stage: null, attempt: 1, activity: '' });
const succeed = (run: Run) =>
  settleRun(database.queue, { ...ownerOf(run), outcome: 'succeeded', error: null, delivery, attempts: 1 });
const problems = async () =>
  (await listViolations(database.queue)).map(({ kind, runId, jobState }) => ({ kind, runId, jobState }));

/** Lets the engine's own monitor see jobs as they would look after the given fault. */
async function engineSees(fault: 'no heartbeat' | 'expired', run: Run): Promise<void> {
  const column =
    fault === 'expired'
      ? sql`started_on = now() - interval '2 days'`
      : sql`heartbeat_on = now() - interval '1 minute'`;
  await sql`update pgboss.job set ${column} where data ->> 'runId' = ${run.id} and state = 'active'`.execute(
    database.store.db,
  );
  await sql`update pgboss.queue set monitor_claim_on = now() - interval '1 hour'`.execute(database.store.db);
  await database.queue.boss.supervise(RUN_QUEUE);
}

async function warnings(run: Run): Promise<string[]> {
  const events = await readEvents(database.store.db, run.id, { after: 0, limit: 100 });
  return events.flatMap((event) => (event.type === 'run.warning' ? [event.data.code] : []));
}

describe('the engine takes a job back while the worker is alive', () => {
  it.each(['no heartbeat', 'expired'] as const)(
    'Q5: (%s) the worker keeps the run, and its job again after the next claim',
    async (fault) => {
      const run = await owned();
      await engineSees(fault, run);
      expect(await problems()).toEqual([{ kind: 'run-with-wrong-job', runId: run.id, jobState: 'retry' }]);
      expect(await claimAll(database.queue)).toEqual([]);
      expect(await problems()).toEqual([]);
      expect(await beat(run)).toEqual({ stop: null });
      expect(await findRun(database.store.db, run.id)).toMatchObject({
        state: 'running',
        epoch: run.epoch,
        recoveries: 0,
      });
      expect(await warnings(run)).toEqual(['queue.job-taken-back']);
      expect((await succeed(run)).state).toBe('succeeded');
      expect(await problems()).toEqual([]);
    },
  );

  it('S5: the run can still be settled before any claim', async () => {
    const run = await owned();
    await engineSees('no heartbeat', run);
    expect((await succeed(run)).state).toBe('succeeded');
    expect(await problems()).toEqual([]);
    expect(await claimAll(database.queue)).toEqual([]);
  });

  it('S3: a job the engine gave up for good is replaced by the next heartbeat', async () => {
    const run = await owned(0);
    await engineSees('no heartbeat', run);
    expect(await problems()).toEqual([{ kind: 'run-without-job', runId: run.id, jobState: null }]);
    await beat(run);
    expect(await claimAll(database.queue)).toEqual([]);
    expect(await problems()).toEqual([]);
    await beat(run);
    await succeed(run);
    expect(await problems()).toEqual([]);
  });
});

describe('the engine takes a job back from a worker that is gone', () => {
  it('S5: the claim that finds the job recovers the run', async () => {
    const run = await owned();
    await engineSees('no heartbeat', run);
    await database.shiftTime(60_000);
    const [claim] = await claimAll(database.queue);
    expect(claim).toMatchObject({ epoch: run.epoch + 1, run: { id: run.id, recoveries: 1 } });
    expect(await problems()).toEqual([]);
    await expect(succeed(run)).rejects.toMatchObject({ code: 'run.stale-owner' });
    await settleRun(database.queue, {
      runId: run.id,
      epoch: run.epoch + 1,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
  });

  it('S5: or ends it at the recovery limit', async () => {
    const run = await owned(1);
    await database.shiftTime(60_000);
    await enforceDeadlines(database.queue);
    await claimAll(database.queue);
    const second = await findRun(database.store.db, run.id);
    // The engine would have given up here as well; a job by hand stands for one that it did not.
    await sql`update pgboss.job set retry_limit = 9 where data ->> 'runId' = ${run.id}`.execute(
      database.store.db,
    );
    await engineSees('no heartbeat', second);
    await database.shiftTime(60_000);
    expect(await claimAll(database.queue)).toEqual([]);
    expect(await findRun(database.store.db, run.id)).toMatchObject({
      state: 'failed',
      error: { code: 'run.recovery-limit' },
    });
    expect(await problems()).toEqual([]);
  });

  it('S3: a job given up for good does not stop the recovery', async () => {
    const run = await owned(1);
    await sql`update pgboss.job set retry_limit = 0 where data ->> 'runId' = ${run.id}`.execute(
      database.store.db,
    );
    await engineSees('no heartbeat', run);
    await database.shiftTime(60_000);
    await enforceDeadlines(database.queue);
    expect(await problems()).toEqual([]);
    expect(await claimAll(database.queue)).toMatchObject([{ run: { id: run.id, recoveries: 1 } }]);
    await settleRun(database.queue, {
      runId: run.id,
      epoch: 2,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
  });
});

describe('jobs and runs that lost each other', () => {
  it('S3: an admitted run whose job vanished gets a new one', async () => {
    const run = await admitted();
    await sql`delete from pgboss.job where data ->> 'runId' = ${run.id}`.execute(database.store.db);
    expect(await problems()).toEqual([{ kind: 'run-without-job', runId: run.id, jobState: null }]);
    await enforceDeadlines(database.queue);
    expect(await problems()).toEqual([]);
    expect(await claimAll(database.queue)).toMatchObject([{ run: { id: run.id } }]);
    await succeed(await findRun(database.store.db, run.id));
  });

  it('S3: a job that somebody else fetched and forgot is put back', async () => {
    const run = await admitted();
    await database.queue.boss.fetch(RUN_QUEUE);
    expect(await problems()).toEqual([{ kind: 'run-with-wrong-job', runId: run.id, jobState: 'active' }]);
    await enforceDeadlines(database.queue);
    expect(await problems()).toEqual([]);
    expect(await claimAll(database.queue)).toMatchObject([{ run: { id: run.id } }]);
    await succeed(await findRun(database.store.db, run.id));
  });

  it('a job of a run that is not starting, of no run, or beside the real one is completed', async () => {
    const queued = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    const second = await admitted();
    for (const runId of [queued.run.id, 'no-such-run', second.id])
      await database.queue.boss.send(RUN_QUEUE, { runId });
    expect((await problems()).map(({ kind }) => kind)).toEqual([
      'job-without-run',
      'job-without-run',
      'job-without-run',
    ]);
    const claims = await claimAll(database.queue);
    expect(claims.map(({ run }) => run.id).toSorted()).toEqual([queued.run.id, second.id].toSorted());
    expect(await problems()).toEqual([]);
    for (const { run } of claims) await succeed(run);
    expect(await claimAll(database.queue)).toEqual([]);
  });
});
