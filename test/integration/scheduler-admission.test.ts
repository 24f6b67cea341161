import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError, runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { RunSpec } from '../../src/domain/run.ts';
import { submitRun } from '../../src/intake/submit-run.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { takeAdmissionSnapshot } from '../../src/queue/admission-snapshot.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { releaseRun } from '../../src/queue/release-run.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { type AdmissionLimits, generalLimits } from '../../src/scheduler/admission-limits.ts';
import { admit } from '../../src/scheduler/admit.ts';
import { readQueue } from '../../src/scheduler/read-queue.ts';
import { listRuns } from '../../src/store/list-runs.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { eventually } from './store-eventually.ts';
import { claimAll, failOnFault, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;
/** A second node: connections and an engine of its own. */
let second: { store: Store; queue: Queue };

beforeAll(async () => {
  database = await startTestDatabase();
  const store = await openStore(database.connection);
  const queue = await createQueue(store, { onError: failOnFault });
  second = { store, queue };
});
afterAll(async () => {
  await second.queue.close();
  await second.store.close();
  await database.close();
});
afterEach(async () => {
  const open = await listRuns(database.store.db, { states: ['queued', 'starting', 'running'], limit: 1000 });
  const intent = { mode: 'cancel', by: 'test', reason: 'over', at: '' } as const;
  for (const { id } of open) {
    const { state, epoch } = await requestStop(database.queue, { runId: id, intent });
    if (state === 'running') await releaseRun(database.queue, { runId: id, epoch, cause: 'over' });
  }
  assert.deepEqual(await listViolations(database.queue), []);
});

const limits = generalLimits({ maxRuns: 100, maxRunsPerRepository: 100 });
const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));

/** Each a millisecond after the one before: of one millisecond there is no order. */
async function accept(changes: Partial<RunSpec> = {}): Promise<string> {
  const request = { spec: testSpec(changes), idempotencyKey: null, by: 'test' };
  const { run } = await acceptRun(database.queue, request);
  await sql`update clock_shift set shift = shift + interval '1 ms'`.execute(database.store.db);
  return run.id;
}

const ladder = (agent: string, model: string | null) => [{ agent, model, attempts: 1 }];

describe('admission by several nodes at once', () => {
  async function admitEverywhere(change: Partial<AdmissionLimits>, freePlaces = 100): Promise<string[]> {
    const rules = { limits: { ...limits, ...change }, node: { freePlaces, short: [] } };
    const nodes = [database.queue, second.queue, database.queue, second.queue, database.queue, second.queue];
    return (await Promise.all(nodes.map((queue) => admit(queue, rules)))).flat();
  }

  it('Q2: keeps the limits of an agent and of a provider account exactly', async () => {
    for (let n = 0; n < 8; n += 1) {
      await accept({ repository: `/agent-${n}`, ladder: ladder('claude-code', null) });
      await accept({ repository: `/provider-${n}`, ladder: ladder('builtin', 'busy/model-1') });
    }
    const first = await admitEverywhere({ agents: { 'claude-code': 2 }, providers: { busy: 3 } });
    expect(new Set(first).size).toBe(5);
    expect(first).toHaveLength(5);
    const { active } = await takeAdmissionSnapshot(database.store.db);
    expect(active).toMatchObject({
      total: 5,
      unclaimed: 5,
      byProvider: { busy: 3 },
      byAgent: { 'claude-code': 2 },
    });
  });

  it('Q2: scheduler.maxRuns holds over all nodes, and each admits no more than it and the others have places for', async () => {
    for (let n = 0; n < 12; n += 1) await accept({ repository: `/r${n}` });
    expect(await admitEverywhere({ maxRuns: 7 })).toHaveLength(7);
    expect(await admitEverywhere({ maxRuns: 100 }, 9)).toHaveLength(2);
    expect(await admitEverywhere({ maxRuns: 100 }, 9)).toEqual([]);
  });

  it('Q2: a place is given once, whatever comes between the decision of a node and its commit', async () => {
    const rules = { limits: { ...limits, maxRunsPerRepository: 1 }, node: { freePlaces: 100, short: [] } };
    const first = await accept({ repository: '/one' });
    const holder = await second.store.pool.connect();
    await holder.query('begin');
    await holder.query('select 1 from runs where id = $1 for update', [first]);
    const slow = admit(database.queue, rules);
    await eventually(async () => expect(await waitingForLocks()).toBe(1));
    await accept({ repository: '/one', priority: 'urgent' });
    let fastHasDecided = false;
    const fast = admit(second.queue, rules).finally(() => {
      fastHasDecided = true;
    });
    await eventually(async () => expect(fastHasDecided || (await waitingForLocks()) === 2).toBe(true));
    await holder.query('rollback');
    holder.release();
    expect([...(await slow), ...(await fast)]).toEqual([first]);
  });
});

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'`.execute(
    database.store.db,
  );
  return rows[0]?.count ?? 0;
}

describe('a long line', () => {
  it('Q3: is admitted over several looks, in order and whole, and shown whole', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 120; n += 1) ids.push(await accept());
    const many = { ...limits, maxRuns: 1000, maxRunsPerRepository: 1000 };
    const rules = { limits: many, node: { freePlaces: null, short: [] } };
    const shown = (await readQueue(database.queue, rules, 200)).waiting.map(({ run }) => run.id);
    expect(shown).toEqual(ids);
    const looks = [];
    for (let look = 0; look < 3; look += 1) looks.push(await admit(database.queue, rules));
    expect(looks.map(({ length }) => length)).toEqual([100, 20, 0]);
    expect(looks.flat()).toEqual(ids);
  });
});

describe('the queue as it is shown', () => {
  it('Q1: is in the order in which runs would start, with the reasons of the decision itself', async () => {
    const high = await accept({ repository: '/a', priority: 'high' });
    const first = await accept({ repository: '/a' });
    const other = await accept({ repository: '/b' });
    const rules = {
      limits: { ...limits, maxRuns: 2, maxRunsPerRepository: 1 },
      node: { freePlaces: 4, short: [] },
    };
    const shown = async () =>
      (await readQueue(database.queue, rules, 100)).waiting.map(({ run, reasons }) => [run.id, ...reasons]);
    expect(await shown()).toEqual([[high], [other], [first, 'repository-limit', 'global-limit']]);
    expect(await admit(database.queue, rules)).toEqual([high, other]);
    expect(await shown()).toEqual([[first, 'repository-limit', 'global-limit']]);
    const { active, waitingTotal } = await readQueue(database.queue, rules, 100);
    expect(active.map((run) => run.id).toSorted()).toEqual([high, other].toSorted());
    expect(waitingTotal).toBe(1);
  });

  it('Q2: a line that was just served is behind one that was not, however old its tickets', async () => {
    await accept({ repository: '/flood' });
    await database.shiftTime(60_000);
    const [claim] = await claimAll(database.queue);
    assert(claim);
    const owner = { runId: claim.run.id, epoch: claim.epoch };
    const next = await accept({ repository: '/flood' });
    await database.shiftTime(10 * 60_000);
    await settleRun(database.queue, {
      ...owner,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    await sql`update runs set expires_at = expires_at + interval '1 day' where id = ${next}`.execute(
      database.store.db,
    );
    const { now, queued } = await takeAdmissionSnapshot(database.store.db);
    expect(queued).toMatchObject([{ id: next, lineServedAt: claim.run.startedAt }]);
    expect(now.getTime() - (queued[0]?.lineServedAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(10 * 60_000);
  });

  it('Q2: a line whose run is starting is being served', async () => {
    const first = await accept({ repository: '/line', ladder: ladder('claude-code', null) });
    await accept({ repository: '/line', ladder: ladder('claude-code', null) });
    await accept({ repository: '/line', ladder: ladder('builtin', 'p/m') });
    await admit(database.queue, {
      limits: { ...limits, maxRuns: 1 },
      node: { freePlaces: null, short: [] },
    });
    const { now, queued } = await takeAdmissionSnapshot(database.store.db);
    expect(queued.map(({ agent, lineServedAt }) => [agent, lineServedAt])).toEqual([
      ['claude-code', now],
      ['builtin', null],
    ]);
    expect(queued.map(({ id }) => id)).not.toContain(first);
  });
});

describe('the bound of the queue', () => {
  const submit = (queue: Queue, key: string | null = null) =>
    submitRun(queue, { spec: testSpec(), idempotencyKey: key, by: 'test', maxQueued: 5, warnings: [] });

  it('Q3: twenty requests at once on two nodes never store more than may wait, and each of the others is refused', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => submit(n % 2 === 0 ? database.queue : second.queue)),
    );
    const refused = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    expect(answers.length - refused.length).toBe(5);
    for (const error of refused) {
      assert(error instanceof RunyardError);
      expect(error).toMatchObject({ code: 'api.queue-full' });
      expect(error.fields).toEqual({ queued: 5, limit: 5, retryAfterSeconds: 30 });
    }
    expect(await listRuns(database.store.db, { states: ['queued'], limit: 100 })).toHaveLength(5);
  });

  it('Q7: a key that has a run is answered with it although the queue is full, and one that has none is refused', async () => {
    const { run } = await submit(database.queue, 'known');
    for (let n = 0; n < 4; n += 1) await submit(database.queue);
    const again = await Promise.all(
      Array.from({ length: 6 }, (_, n) => submit(n % 2 === 0 ? database.queue : second.queue, 'known')),
    );
    expect(again.map((answer) => [answer.run.id, answer.created])).toEqual(
      Array.from({ length: 6 }, () => [run.id, false]),
    );
    await expect(submit(database.queue, 'unknown')).rejects.toMatchObject({ code: 'api.queue-full' });
  });

  it('Q3: says to come back when the next place is likely to be free', async () => {
    for (const repository of ['/x', '/y']) await accept({ repository });
    const claims = await claimAll(database.queue, { leaseMs: 3_600_000 });
    expect(claims).toHaveLength(2);
    await database.shiftTime(2 * 60_000);
    for (let n = 0; n < 5; n += 1) await submit(database.queue);
    const error: unknown = await submit(database.queue).catch((thrown: unknown) => thrown);
    assert(error instanceof RunyardError);
    const seconds = Number(error.fields['retryAfterSeconds']);
    expect(seconds).toBeGreaterThanOrEqual(120);
    expect(seconds).toBeLessThan(180);
  });
});
