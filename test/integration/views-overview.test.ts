import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overviewResponseSchema } from '../../src/api/contract.ts';
import { overview } from '../../src/api/views/overview.ts';
import { retryRun } from '../../src/intake/retry-run.ts';
import { addMs } from '../../src/lib/deadline.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { markSeen } from '../../src/store/needs-attention.ts';
import { registerNode } from '../../src/store/nodes.ts';
import { findRun } from '../../src/store/runs.ts';
import { startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';
import { testViews } from './view-testing.ts';
import { endedRun, failure, HOUR_MS, startRun } from './views-scene.ts';

let database: TestDatabase;
const ids: Record<string, string> = {};

const look = async (hours = 24) => {
  const dependencies = { queue: database.queue, nodeId: 'node-1', leaseMs: 15_000, views: testViews() };
  return overviewResponseSchema.parse(await overview(dependencies, hours));
};

async function park(name: string, reason: 'approval' | 'quota'): Promise<void> {
  const { id, epoch } = await startRun(database, { title: name });
  ids[name] = id;
  await parkRun(database.queue, {
    runId: id,
    epoch,
    reason,
    waitUntil: addMs(await databaseNow(database.store.db), HOUR_MS),
    detail: { reason: `It waits: ${reason}.`, planHash: null, commit: null },
  });
}

beforeAll(async () => {
  database = await startTestDatabase();
  const { store } = database;
  await endedRun(database, { outcome: 'succeeded' }, { title: 'long ago' });
  await database.shiftTime(30 * HOUR_MS);
  await endedRun(database, { outcome: 'succeeded' }, { calls: [{}, {}] });
  await endedRun(database, { outcome: 'succeeded', attempts: 3 }, { calls: [{}] });
  await database.shiftTime(2 * HOUR_MS);
  ids['exhausted'] = await endedRun(database, {
    outcome: 'failed',
    attempts: 2,
    error: failure('run.ladder-exhausted'),
  });
  ids['unexpected'] = await endedRun(database, { outcome: 'failed', attempts: 0 }, { title: 'broke' });
  ids['seen'] = await endedRun(database, { outcome: 'timed_out', attempts: 0 });
  await endedRun(database, { outcome: 'cancelled', attempts: 0 }, { calls: [{ costUsd: null }] });
  await markSeen(store.db, ids['seen'], 'Ada');
  await park('decide', 'approval');
  await park('parked', 'quota');
  await startRun(database, { title: 'running' });
  await acceptRun(database.queue, { spec: testSpec({}), idempotencyKey: null, by: 'test' });
  const node = { host: 'h', pid: 1, drives: true, processSpace: null, leaseMs: 15_000 };
  await registerNode(store.db, { ...node, id: 'node-1', version: '1.0.0' });
  await registerNode(store.db, { ...node, id: 'node-2', leaseMs: -1 });
});
afterAll(() => database.close());

describe('the overview', () => {
  it('O4: counts what ended in the window, and tells the doing of agents from that of the system', async () => {
    const { ended, failures, failureCategories, selfHeal, states } = await look();
    expect(ended).toEqual({
      ended: 6,
      delivered: 2,
      failed: 2,
      timedOut: 1,
      cancelled: 1,
      successRate: 2 / 6,
    });
    expect(failures).toEqual({ agent: 1, system: 2, person: 0 });
    expect(failureCategories).toMatchObject([
      { code: 'run.unexpected', side: 'system', count: 2, example: { id: ids['seen'] } },
      { code: 'run.ladder-exhausted', side: 'agent', count: 1, example: { id: ids['exhausted'] } },
    ]);
    expect(selfHeal).toEqual({ hurt: 2, healed: 1, rate: 0.5 });
    expect(states).toEqual({
      queued: 1,
      starting: 0,
      running: 1,
      waiting: 2,
      succeeded: 2,
      failed: 2,
      cancelled: 1,
      timed_out: 1,
    });
    expect((await look(48)).ended.delivered).toBe(3);
  });

  it('O4: shows the window in parts that add up to it', async () => {
    for (const hours of [1, 24, 200]) {
      const { series, ended } = await look(hours);
      expect(series.parts).toHaveLength(Math.ceil((hours * HOUR_MS) / series.partMs));
      const sum = (of: (part: (typeof series.parts)[number]) => number) =>
        series.parts.reduce((total, part) => total + of(part), 0);
      expect(sum((part) => part.ended)).toBe(ended.ended);
      expect(sum((part) => part.delivered)).toBe(ended.delivered);
      expect(sum((part) => part.failed)).toBe(ended.failed + ended.timedOut);
    }
    const { series } = await look();
    expect(series.parts.filter((part) => part.ended > 0)).toMatchObject([
      { delivered: 2, failed: 0 },
      { delivered: 0, failed: 3, cancelled: 1 },
    ]);
  });

  it('O1: sums tokens with the part that came from the cache, and says when a cost is not known', async () => {
    const { spent } = await look();
    expect(spent).toMatchObject({
      usage: { inputTokens: 400, outputTokens: 40, cacheReadTokens: 1200, cacheWriteTokens: 0, turns: 4 },
      cacheShare: 0.75,
      cost: { usd: 1.5, status: 'unknown' },
      unknownCostRuns: 1,
      usdPerDelivered: null,
    });
  });

  it('X11: names who needs somebody: decisions, failures nobody has seen, and what is parked', async () => {
    const { needsYou, needsYouTotals } = await look();
    expect(needsYou.map(({ kind, id }) => [kind, id])).toEqual([
      ['decide', ids['decide']],
      ['failed', ids['unexpected']],
      ['failed', ids['exhausted']],
      ['parked', ids['parked']],
    ]);
    expect(needsYouTotals).toEqual({ decide: 1, failed: 2, parked: 1 });
    const [decide, failed] = needsYou;
    expect(decide).toMatchObject({ waitReason: 'approval', what: 'It waits: approval.' });
    const waits = await findRun(database.store.db, ids['decide'] ?? '');
    expect(decide?.until).toBe(waits.waitUntil?.toISOString());
    const moved = await database.store.db
      .selectFrom('run_events')
      .select('at')
      .where('run_id', '=', waits.id)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(decide?.since).toBe(moved.at.toISOString());
    expect(failed).toMatchObject({ reason: 'run.unexpected', title: 'broke', until: null });
  });

  it('a failed run that somebody has again does not ask for anybody any more, and both tell of each other', async () => {
    const of = await findRun(database.store.db, ids['unexpected'] ?? '');
    const request = { of, idempotencyKey: 'k', by: 'Ada', maxQueued: 100, warnings: ['doubtful'] };
    const first = await retryRun(database.queue, request);
    const again = await retryRun(database.queue, request);
    expect([first.created, again.created, again.run.id]).toEqual([true, false, first.run.id]);
    const told = await database.store.db
      .selectFrom('run_events')
      .select('data')
      .where('run_id', '=', of.id)
      .where('type', '=', 'run.retried')
      .execute();
    expect(told).toEqual([{ data: { run: first.run.id, by: 'Ada' } }]);
    const warnings = await database.store.db
      .selectFrom('run_events')
      .select('data')
      .where('run_id', '=', first.run.id)
      .where('type', '=', 'run.warning')
      .execute();
    expect(warnings).toMatchObject([{ data: { message: 'doubtful' } }]);
    expect((await look()).needsYou.map(({ id }) => id)).not.toContain(of.id);
    await expect(retryRun(database.queue, { ...request, of: first.run })).rejects.toMatchObject({
      code: 'run.not-ended',
    });
  });

  it('a run that cannot be told of by the one it repeats is not made at all', async () => {
    const { db, pool } = database.store;
    const of = await findRun(db, ids['unexpected'] ?? '');
    const count = async () => (await pool.query('select id from runs')).rowCount;
    const before = await count();
    await pool.query('alter table run_seen rename to run_seen_away');
    const request = { of, idempotencyKey: 'not told', by: 'Ada', maxQueued: 100, warnings: ['doubtful'] };
    await expect(retryRun(database.queue, request)).rejects.toThrow();
    await pool.query('alter table run_seen_away rename to run_seen');
    expect(await count()).toBe(before);
  });

  it('O4: says how full the system is, and how its providers and nodes are', async () => {
    const { queue, providers, nodes } = await look();
    expect(queue).toMatchObject({ mostWaiting: 100, places: { running: 1, mostRuns: 4 } });
    expect(queue.oldestAt).not.toBeNull();
    expect(providers).toMatchObject([{ name: 'acme', breaker: { state: 'closed' }, mostRuns: null }]);
    expect(nodes).toMatchObject([
      { id: 'node-1', state: 'alive', version: '1.0.0', activeRuns: 1, here: true, places: 4, short: [] },
      { id: 'node-2', state: 'lost', version: null, here: false, places: null, short: null },
    ]);
  });
});
