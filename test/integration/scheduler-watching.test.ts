import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { RUN_QUEUE } from '../../src/queue/engine.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { createReconciler } from '../../src/queue/reconcile.ts';
import type { HostSnapshot } from '../../src/scheduler/decide-resources.ts';
import { createResourceWatch } from '../../src/scheduler/watch-resources.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const MB = 1024 * 1024;

describe('the resources of a node', () => {
  let nodeId: string;
  let now = 0;
  let host: HostSnapshot;
  let looks = 0;
  let told: string[];
  beforeEach(() => {
    nodeId = `node-${randomUUID()}`;
    host = { freeDiskBytes: 5000 * MB, freeMemoryBytes: 5000 * MB };
    looks = 0;
    told = [];
  });

  const watch = () =>
    createResourceWatch({
      db: database.store.db,
      nodeId,
      thresholds: { minFreeDiskMb: 1000, minFreeMemoryMb: 200 },
      async readHost() {
        looks += 1;
        return host;
      },
      monotonicMs: () => now,
      onTold: (message) => void told.push(message),
    });
  const later = () => {
    now += 60_000;
  };
  const events = async () => {
    const stored = await readSystemEvents(database.store.db, { subject: `node:${nodeId}`, limit: 100 });
    return stored
      .toReversed()
      .map(({ type, data }) => [type, 'short' in data ? data.short.map(({ what }) => what) : []]);
  };

  it('X10: one event when a shortage begins and one when it ends, however long it lasts and whatever joins it', async () => {
    const { look } = await watch();
    expect(await look()).toEqual([]);
    for (const freeDiskBytes of [900 * MB, 800 * MB, 1100 * MB]) {
      later();
      host = { freeDiskBytes, freeMemoryBytes: freeDiskBytes === 800 * MB ? 10 * MB : 5000 * MB };
      expect(await look()).not.toEqual([]);
    }
    later();
    host = { freeDiskBytes: 2000 * MB, freeMemoryBytes: 5000 * MB };
    expect(await look()).toEqual([]);
    expect(await events()).toEqual([
      ['resources.low', ['disk']],
      ['resources.enough', []],
    ]);
    expect(told[0]).toContain('900 MB of disk free, 1000 MB needed');
    expect(told).toHaveLength(2);
  });

  it('X10: a node that is started anew during a shortage does not tell its begin again, and tells its end', async () => {
    host = { freeDiskBytes: 1 * MB, freeMemoryBytes: 5000 * MB };
    later();
    expect(await (await watch()).look()).toHaveLength(1);
    later();
    const again = await watch();
    expect(again.short).toHaveLength(1);
    expect(await again.look()).toHaveLength(1);
    host = { freeDiskBytes: 5000 * MB, freeMemoryBytes: 5000 * MB };
    later();
    expect(await again.look()).toEqual([]);
    expect(await events()).toEqual([
      ['resources.low', ['disk']],
      ['resources.enough', []],
    ]);
  });

  it('X10: looks at the host once in a while, not at every event', async () => {
    later();
    const { look } = await watch();
    for (let n = 0; n < 50; n += 1) await look();
    expect(looks).toBe(1);
  });
});

describe('the reconciler', () => {
  const violations = async () =>
    (await listViolations(database.queue)).map(({ kind, runId }) => [kind, runId]);
  const told = async (subject: string) =>
    (await readSystemEvents(database.store.db, { subject, limit: 10 })).map(({ type }) => type);

  it('S1: ends a job whose run is neither starting nor running, and tells it once', async () => {
    const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await database.queue.boss.send(RUN_QUEUE, { runId: run.id }, { id: randomUUID() });
    expect(await violations()).toEqual([['job-without-run', run.id]]);
    const reconcile = createReconciler(database.queue);
    expect(await reconcile()).toEqual([]);
    expect(await reconcile()).toMatchObject([{ kind: 'job-without-run', runId: run.id }]);
    expect(await violations()).toEqual([]);
    expect(await reconcile()).toEqual([]);
    expect(await told(`run:${run.id}`)).toEqual(['queue.contradiction']);
  });

  it('S1: tells of a run that lost its job, which gets a new one and is claimed', async () => {
    const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await admitRuns(database.queue, () => [run.id]);
    await database.queue.boss.deleteAllJobs(RUN_QUEUE);
    const reconcile = createReconciler(database.queue);
    await reconcile();
    expect(await reconcile()).toMatchObject([{ kind: 'run-without-job', runId: run.id }]);
    expect(await told(`run:${run.id}`)).toEqual(['queue.contradiction']);
    await enforceDeadlines(database.queue);
    expect(await violations()).toEqual([]);
    expect((await claimAll(database.queue)).map((claim) => claim.run.id)).toContain(run.id);
  });

  it('S1: says nothing of what is mended between two looks', async () => {
    const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await admitRuns(database.queue, () => [run.id]);
    const reconcile = createReconciler(database.queue);
    await database.queue.boss.deleteAllJobs(RUN_QUEUE);
    expect(await reconcile()).toEqual([]);
    await enforceDeadlines(database.queue);
    expect(await reconcile()).toEqual([]);
    expect(await told(`run:${run.id}`)).toEqual([]);
  });
});
