import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { Run } from '../../src/domain/run.ts';
import type { WaitReason } from '../../src/domain/run-state.ts';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { claimRuns } from '../../src/queue/claim-runs.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { heartbeatRun } from '../../src/queue/heartbeat-run.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { releaseRun } from '../../src/queue/release-run.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { tellRepeatedFailures } from '../../src/queue/tell-repeated-failures.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { listRuns } from '../../src/store/list-runs.ts';
import { recordDelivery } from '../../src/store/record-delivery.ts';
import { findRun } from '../../src/store/runs.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase | null = null;

const MINUTE = 60_000;
const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
const heartbeat = { stage: null, attempt: 1, activity: '' } as const;

/** The database, with nothing left of the test before. */
async function fresh(): Promise<TestDatabase> {
  database ??= await startTestDatabase();
  const { queue, store } = database;
  for (const run of await listRuns(store.db, {
    limit: 100,
    states: ['queued', 'starting', 'waiting', 'running'],
  })) {
    const intent = { mode: 'cancel', by: 'test', reason: 'over', at: '' } as const;
    const { state, epoch } = await requestStop(queue, { runId: run.id, intent });
    if (state === 'running') await releaseRun(queue, { runId: run.id, epoch, cause: 'over' });
  }
  return database;
}

let db: TestDatabase;

beforeEach(async () => {
  db = await fresh();
});
afterAll(() => database?.close());

async function accept(limits: Partial<Run['spec']['limits']> = {}): Promise<Run> {
  return (await acceptRun(db.queue, { spec: testSpec({ limits }), idempotencyKey: null, by: 'test' })).run;
}

async function owned(limits: Partial<Run['spec']['limits']> = {}, leaseMs = 15_000): Promise<Run> {
  const { id } = await accept(limits);
  const [claim] = await claimAll(db.queue, { leaseMs });
  expect(claim?.run.id).toBe(id);
  return findRun(db.store.db, id);
}

const changedBy = async () =>
  (await enforceDeadlines(db.queue)).map(({ id, state, error, stopIntent }) => ({
    id,
    state,
    code: error?.code ?? null,
    stop: stopIntent?.mode ?? null,
  }));

describe('enforceDeadlines', () => {
  it('S2: a run that is never admitted ends when it expires', async () => {
    const { id } = await accept({ queueMs: 60 * MINUTE });
    await db.shiftTime(59 * MINUTE);
    expect(await changedBy()).toEqual([]);
    await db.shiftTime(2 * MINUTE);
    expect(await changedBy()).toEqual([{ id, state: 'timed_out', code: 'run.expired-in-queue', stop: null }]);
    expect(await changedBy()).toEqual([]);
    expect(await findRun(db.store.db, id)).toMatchObject({ durationMs: 0, startedAt: null });
  });

  it('S2: an expired run is not admitted before it is ended', async () => {
    await accept({ queueMs: 5 * MINUTE });
    await db.shiftTime(6 * MINUTE);
    expect(await admitRuns(db.queue, ({ queued }) => queued.map((run) => run.id))).toEqual([]);
  });

  it('S2: an admitted run that no worker takes fails after ten minutes, and says so', async () => {
    const { id } = await accept();
    await admitRuns(db.queue, () => [id]);
    await db.shiftTime(9 * MINUTE);
    expect(await changedBy()).toEqual([]);
    await db.shiftTime(2 * MINUTE);
    expect(await changedBy()).toEqual([
      { id, state: 'failed', code: 'run.start-deadline-exceeded', stop: null },
    ]);
    const told = await readSystemEvents(db.store.db, { subject: `run:${id}`, limit: 10 });
    expect(told).toMatchObject([{ type: 'run.not-started', data: { run: id } }]);
    expect(told[0]?.data.message).toContain('within 10 minutes');
    expect(await claimAll(db.queue)).toEqual([]);
    expect(await listViolations(db.queue)).toEqual([]);
  });

  it('S3: more than five failures of one cause in a row are told once, by whichever node looks', async () => {
    const subject = 'cause:run.expired-in-queue';
    const told = async () => {
      await Promise.all([tellRepeatedFailures(db.queue), tellRepeatedFailures(db.queue)]);
      return readSystemEvents(db.store.db, { subject, limit: 10 });
    };
    const failOne = async () => {
      const { id } = await accept({ queueMs: MINUTE });
      await db.shiftTime(2 * MINUTE);
      await changedBy();
      return id;
    };
    const ids: string[] = [];
    while (ids.length < 5) ids.push(await failOne());
    expect(await told()).toEqual([]);
    ids.push(await failOne());
    expect(await told()).toMatchObject([{ data: { code: 'run.expired-in-queue', runs: ids } }]);
    await failOne();
    expect(await told()).toHaveLength(1);
  });

  it('S2: the time in which no node was up is not held against an admitted run', async () => {
    const { id } = await accept();
    await admitRuns(db.queue, () => [id]);
    // All nodes are off for a night: both clocks move.
    await db.shiftTime(8 * 60 * MINUTE);
    await sql`update enforcement set last_at = clock_timestamp() - interval '8 hours'`.execute(db.store.db);
    expect(await changedBy()).toEqual([]);
    await db.shiftTime(11 * MINUTE);
    expect(await changedBy()).toMatchObject([{ id, state: 'failed', code: 'run.start-deadline-exceeded' }]);
  });

  it('S2: a run past its deadline is asked to stop, once, and ends when its worker is gone', async () => {
    const { id, epoch } = await owned({ runMs: 20 * MINUTE }, 60 * MINUTE);
    await db.shiftTime(21 * MINUTE);
    expect(await changedBy()).toEqual([{ id, state: 'running', code: null, stop: 'time-out' }]);
    expect(await changedBy()).toEqual([]);
    const { stop } = await heartbeatRun(db.queue, { runId: id, epoch, leaseMs: 15_000, ...heartbeat });
    expect(stop).toMatchObject({
      mode: 'time-out',
      by: 'runyard',
      reason: "The run's limit of 20m 00s is used up.",
    });
    await db.shiftTime(1 * MINUTE);
    expect(await changedBy()).toEqual([
      { id, state: 'timed_out', code: 'run.deadline-exceeded', stop: 'time-out' },
    ]);
  });

  it('S2: deadline and lease over at once: it timed out, it was not lost', async () => {
    const { id } = await owned({ runMs: 20 * MINUTE }, 25 * MINUTE);
    await db.shiftTime(30 * MINUTE);
    expect(await changedBy()).toEqual([
      { id, state: 'timed_out', code: 'run.deadline-exceeded', stop: 'time-out' },
    ]);
  });

  it('S3: a run whose worker fell silent starts again; the silence does not count as its own time', async () => {
    const first = await owned({ runMs: 20 * MINUTE }, 1 * MINUTE);
    await db.shiftTime(3 * 60 * MINUTE);
    expect(await changedBy()).toEqual([{ id: first.id, state: 'starting', code: null, stop: null }]);
    expect(await listViolations(db.queue)).toEqual([]);
    const [claim] = await claimAll(db.queue);
    const second = await findRun(db.store.db, first.id);
    expect(second).toMatchObject({ state: 'running', epoch: 2, recoveries: 1 });
    const leftMs = (second.deadlineAt?.getTime() ?? 0) - (await databaseNow(db.store.db)).getTime();
    expect(Math.round(leftMs / MINUTE)).toBe(19);
    await settleRun(db.queue, {
      runId: first.id,
      epoch: claim?.epoch ?? 0,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
  });

  it('Q5: a heartbeat after the lease revives it as long as nobody took the run', async () => {
    const { id, epoch } = await owned();
    await db.shiftTime(5 * MINUTE);
    await heartbeatRun(db.queue, { runId: id, epoch, leaseMs: 15_000, ...heartbeat });
    expect(await changedBy()).toEqual([]);
    await db.shiftTime(5 * MINUTE);
    await enforceDeadlines(db.queue);
    await expect(
      heartbeatRun(db.queue, { runId: id, epoch, leaseMs: 15_000, ...heartbeat }),
    ).rejects.toMatchObject({ code: 'run.stale-owner' });
  });

  it('S5: a run that keeps losing its worker ends at its recovery limit', async () => {
    const { id } = await owned({ recoveries: 1 });
    await db.shiftTime(1 * MINUTE);
    expect(await changedBy()).toMatchObject([{ state: 'starting' }]);
    await claimAll(db.queue);
    await db.shiftTime(1 * MINUTE);
    expect(await changedBy()).toEqual([{ id, state: 'failed', code: 'run.recovery-limit', stop: null }]);
  });

  async function parked(reason: WaitReason, delivered: boolean): Promise<Run> {
    const { id, epoch } = await owned();
    if (delivered) await recordDelivery(db.store.db, { runId: id, epoch, delivery });
    const waitUntil = new Date((await databaseNow(db.store.db)).getTime() + 10 * MINUTE);
    return parkRun(db.queue, {
      runId: id,
      epoch,
      reason,
      waitUntil,
      detail: { reason: 'because', planHash: null, commit: null },
    });
  }

  it.each([
    ['approval', false, 'timed_out', 'run.approval-expired'],
    ['input', false, 'timed_out', 'run.approval-expired'],
    ['quota', false, 'queued', null],
    ['breaker', false, 'queued', null],
    ['ci', true, 'succeeded', null],
    ['review', true, 'succeeded', null],
  ] as const)('S2: waiting for %s (delivered: %s) becomes %s', async (reason, delivered, state, code) => {
    const { id } = await parked(reason, delivered);
    expect(await changedBy()).toEqual([]);
    await db.shiftTime(11 * MINUTE);
    expect(await changedBy()).toEqual([{ id, state, code, stop: null }]);
    expect(await listViolations(db.queue)).toEqual([]);
  });

  it('a run that waited long may queue for its whole time again', async () => {
    const { id } = await parked('quota', false);
    await db.shiftTime(24 * 60 * MINUTE);
    await enforceDeadlines(db.queue);
    expect(await changedBy()).toEqual([]);
    expect(await findRun(db.store.db, id)).toMatchObject({ state: 'queued', recoveries: 0 });
  });

  it('can be called by many nodes at once', async () => {
    const runs = await Promise.all(Array.from({ length: 6 }, () => accept({ queueMs: MINUTE })));
    await db.shiftTime(2 * MINUTE);
    const changed = (await Promise.all(Array.from({ length: 4 }, () => enforceDeadlines(db.queue)))).flat();
    expect(changed.map(({ id }) => id).toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
  });
});

describe('the deadline of a claim', () => {
  it('is what is left of the time the run may be owned', async () => {
    const { id, epoch } = await owned({ runMs: 30 * MINUTE }, 60 * MINUTE);
    await db.shiftTime(10 * MINUTE);
    await releaseRun(db.queue, { runId: id, epoch, cause: 'test' });
    await db.shiftTime(5 * MINUTE);
    const [claim] = await claimRuns(db.queue, {
      nodeId: 'n',
      batch: 1,
      leaseMs: 60 * MINUTE,
      newWorkerId: () => 'w',
      workspaceOf: (runId) => `/workspaces/${runId}`,
    });
    const now = await databaseNow(db.store.db);
    expect(Math.round(((claim?.run.deadlineAt?.getTime() ?? 0) - now.getTime()) / MINUTE)).toBe(20);
    expect(claim?.run.startedAt).toEqual((await findRun(db.store.db, id)).startedAt);
  });
});
