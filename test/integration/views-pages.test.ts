import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  agentsResponseSchema,
  providersResponseSchema,
  repositoriesResponseSchema,
  repositoryResponseSchema,
} from '../../src/api/contract.ts';
import { agentsView, providersView } from '../../src/api/views/agents.ts';
import { nodeViews } from '../../src/api/views/nodes.ts';
import { repositoriesView, repositoryView } from '../../src/api/views/repositories.ts';
import { appendSystemEvent } from '../../src/events/append-system-event.ts';
import { addMs } from '../../src/lib/deadline.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { swapBreaker } from '../../src/store/breakers.ts';
import { saveCheckpoint } from '../../src/store/checkpoints.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { nodeStopped, registerNode } from '../../src/store/nodes.ts';
import { holdSingleton } from '../../src/store/singleton-lease.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';
import { testViews } from './view-testing.ts';
import { attemptRecord, endedRun, failedVerdict, failure, HOUR_MS, startRun } from './views-scene.ts';

let database: TestDatabase;
const shop = 'https://git.test/shop.git';
const ids: Record<string, string> = {};
const ladder = [{ agent: 'command:/bin/true', model: 'acme/small', attempts: 1 }];

beforeAll(async () => {
  database = await startTestDatabase();
  const { db } = database.store;
  await endedRun(database, { outcome: 'succeeded' }, { repository: '/r/old' });
  await database.shiftTime(40 * 24 * HOUR_MS);
  await endedRun(database, { outcome: 'succeeded' }, { repository: shop });
  const { id, epoch } = await startRun(database, { repository: shop });
  const verdict = failedVerdict('1'.repeat(40));
  const attempts = [attemptRecord(1, { outcome: 'checks-failed', verdict })];
  const rest = { stage: 'test', baseCommit: 'b', plan: null, candidate: null, unfinished: null } as const;
  await saveCheckpoint(db, { runId: id, epoch, checkpoint: { ...rest, attempts } });
  const ending = { outcome: 'failed', error: failure('run.ladder-exhausted'), delivery: null } as const;
  await settleRun(database.queue, { runId: id, epoch, ...ending, attempts: 1 });
  ids['checked'] = id;
  await database.shiftTime(1000);
  ids['cancelled'] = await endedRun(database, { outcome: 'cancelled', attempts: 0 }, { repository: shop });
  const parked = await startRun(database, { repository: '/r/other', ladder });
  const waitUntil = addMs(await databaseNow(db), HOUR_MS);
  const detail = { reason: 'No quota.', planHash: null, commit: null, breaker: 'provider:acme' };
  await parkRun(database.queue, {
    runId: parked.id,
    epoch: parked.epoch,
    reason: 'quota',
    waitUntil,
    detail,
  });
  ids['parkedUntil'] = waitUntil.toISOString();
  await startRun(database, { repository: '/r/other', ladder });
});
afterAll(() => database.close());

const dependencies = () => ({
  queue: database.queue,
  nodeId: 'node-1',
  leaseMs: 15_000,
  views: testViews({
    limits: { ...testViews().limits, repositories: { [shop]: 1 }, agents: { 'command:/bin/true': 3 } },
    lookAtAgent: async (name) =>
      name === 'claude-code'
        ? {
            available: false,
            version: null,
            problem: { what: 'It is not there.', why: 'No.', next: 'Install it.' },
            checkedAt: new Date(0),
          }
        : { available: true, version: '1.2.3', problem: null, checkedAt: new Date(0) },
  }),
});

describe('repositories', () => {
  it('O4: are listed with what became of their runs, that of the newest run first', async () => {
    const { repositories } = repositoriesResponseSchema.parse(await repositoriesView(dependencies()));
    expect(repositories.map(({ name }) => name)).toEqual(['/r/other', shop, '/r/old']);
    expect(repositories).toMatchObject([
      { open: 2, ended: { ended: 0, successRate: null }, limit: { running: 1, mostRuns: 2 }, checks: null },
      {
        open: 0,
        ended: { ended: 3, delivered: 1, failed: 1, cancelled: 1, successRate: 1 / 3 },
        limit: { running: 0, mostRuns: 1 },
        lastRun: { id: ids['cancelled'], state: 'cancelled' },
        checks: ['types', 'lint', 'build', 'test'],
      },
      { open: 0, ended: { ended: 0 }, checks: null },
    ]);
  });

  it('show their checks as the last run that got so far found them, and their last runs', async () => {
    const one = repositoryResponseSchema.parse(await repositoryView(dependencies(), shop));
    expect(one.checks?.run).toBe(ids['checked']);
    expect(one.checks?.found).toMatchObject([
      { name: 'types', command: ['npm', 'run', 'types'], status: 'failed', baseStatus: 'passed' },
      { name: 'lint', status: 'failed', baseStatus: 'failed' },
      { name: 'build', status: 'not-run', baseStatus: null },
      { name: 'test', source: 'package.json scripts.test', status: 'passed' },
    ]);
    expect(one.recent.map(({ state }) => state)).toEqual(['cancelled', 'failed', 'succeeded']);
    expect(one.recent[1]).toMatchObject({ error: 'run.ladder-exhausted', attempts: 1 });
    expect(one.durations.medianMs).not.toBeNull();
    await expect(repositoryView(dependencies(), "x' or true --")).rejects.toMatchObject({
      code: 'api.repository-unknown',
    });
  });
});

describe('agents and providers', () => {
  it('O4: agents are listed with what keeps them from being used and what they do now', async () => {
    const { agents } = agentsResponseSchema.parse(await agentsView(dependencies()));
    expect(agents).toMatchObject([
      { name: 'builtin', configured: true, available: true, version: '1.2.3', running: 0, mostRuns: null },
      { name: 'claude-code', configured: false, available: false, problem: { next: 'Install it.' } },
      { name: 'command:/bin/true', available: true, running: 1, mostRuns: 3, breaker: { state: 'closed' } },
    ]);
  });

  it('O4: providers are listed with their breakers and who waits for them, and until when', async () => {
    const at = await databaseNow(database.store.db);
    const opened = {
      key: 'provider:acme',
      state: 'open',
      failures: 1,
      openings: 1,
      openedAt: at,
      retryAt: addMs(at, HOUR_MS),
      cause: failure('run.unexpected'),
      probeRunId: null,
    } as const;
    await swapBreaker(database.store.db, { from: { version: 0 }, to: opened });
    const { providers } = providersResponseSchema.parse(await providersView(dependencies()));
    expect(providers).toMatchObject([
      {
        name: 'acme',
        host: 'acme.test',
        hasKey: true,
        breaker: { state: 'open', since: at.toISOString(), code: 'run.unexpected' },
        parked: 1,
        parkedUntil: ids['parkedUntil'],
        running: 1,
        models: [
          { name: 'acme/large', configured: true, openRuns: 0 },
          { name: 'acme/small', configured: false, openRuns: 2 },
        ],
      },
    ]);
  });
});

describe('nodes', () => {
  it('O5: are listed with duties and runs, those that drain or stopped told apart', async () => {
    const { db } = database.store;
    const node = { host: 'h', pid: 1, drives: true, processSpace: null, leaseMs: 15_000 };
    for (const id of ['node-1', 'node-2', 'node-3'])
      await registerNode(db, { ...node, id, version: '1.0.0' });
    await holdSingleton(db, { name: 'node-watch', holder: 'node-1', ttlMs: 15_000 });
    await database.store.db.transaction().execute((tx) =>
      appendSystemEvent(tx, {
        type: 'node.draining',
        subject: 'node:node-2',
        data: { message: 'It ends.', host: 'h', pid: 1, left: 0, limitMs: 1 },
      }),
    );
    await nodeStopped(db, 'node-3');
    const nodes = (await nodeViews(dependencies())).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(nodes).toMatchObject([
      { state: 'alive', here: true, duties: [{ name: 'node-watch' }], activeRuns: 1, stoppedAt: null },
      { id: 'node-2', state: 'draining', here: false },
      { id: 'node-3', state: 'stopped' },
    ]);
    await database.shiftTime(8 * 24 * HOUR_MS);
    expect(await nodeViews(dependencies())).toEqual([]);
  });
});
