import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CodeHost, DeliveryRequest, Fence } from '../../src/adapters/code-host/types.ts';
import { runyardError } from '../../src/domain/errors/runyard-error.ts';
import type { Run } from '../../src/domain/run.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { deliverOnce } from '../../src/outbox/deliver-once.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { renewLease } from '../../src/queue/renew-lease.ts';
import {
  listNodes,
  markLostNodes,
  nodeStopped,
  predecessorsOf,
  prolongNode,
  registerNode,
} from '../../src/store/nodes.ts';
import { recordResource } from '../../src/store/resources.ts';
import { findRun } from '../../src/store/runs.ts';
import { holdSingleton, listSingletons, releaseSingletons } from '../../src/store/singleton-lease.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const LEASE_MS = 15_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

describe('the duty of a singleton', () => {
  const hold = (holder: string, ttlMs = LEASE_MS) =>
    holdSingleton(database.store.db, { name: 'sweep', holder, ttlMs });

  it('S8: is one node’s until it stops prolonging it, by the database’s time, and says since when', async () => {
    const { db } = database.store;
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((node) => hold(node)));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const [first] = await listSingletons(db);
    const holder = first?.holder ?? '';
    const other = holder === 'a' ? 'b' : 'a';
    await database.shiftTime(10_000);
    expect([await hold(holder), await hold(other)]).toEqual([true, false]);
    expect((await listSingletons(db))[0]?.since).toEqual(first?.since);
    await database.shiftTime(LEASE_MS);
    expect(await listSingletons(db)).toEqual([]);
    expect([await hold(other), await hold(holder)]).toEqual([true, false]);
    expect((await listSingletons(db))[0]).toMatchObject({ name: 'sweep', holder: other });
  });

  it('S8: passes on at once when its holder stops in good order', async () => {
    const { db } = database.store;
    const [held] = await listSingletons(db);
    await releaseSingletons(db, held?.holder ?? '');
    expect(await hold('z')).toBe(true);
  });
});

describe('a node', () => {
  const register = (id: string, drives = true) =>
    registerNode(database.store.db, {
      id,
      host: 'here',
      pid: 1,
      drives,
      processSpace: 'boot pid:1',
      leaseMs: LEASE_MS,
    });

  it('X16: that vanished is noticed by one other node, once for each time it vanishes', async () => {
    const { db } = database.store;
    await Promise.all([register('vanishes'), register('stops'), register('answers only', false)]);
    await nodeStopped(db, 'stops');
    expect((await listNodes(db)).map(({ id }) => id)).toEqual(['vanishes']);
    expect(await markLostNodes(db)).toEqual([]);
    await database.shiftTime(LEASE_MS);
    const noticed = await Promise.all([1, 2, 3].map(() => markLostNodes(db)));
    expect(noticed.flat().map(({ id }) => id)).toEqual(['vanishes']);
    await prolongNode(db, 'vanishes', LEASE_MS);
    expect((await listNodes(db)).map(({ id }) => id)).toEqual(['vanishes']);
    await database.shiftTime(LEASE_MS);
    expect((await markLostNodes(db)).map(({ id }) => id)).toEqual(['vanishes']);
  });

  it('Q5: finds the workers of earlier epochs that it could end, and no others', async () => {
    const { db } = database.store;
    const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await register('near');
    await registerNode(db, {
      id: 'far',
      host: 'there',
      pid: 1,
      drives: true,
      processSpace: 'boot pid:2',
      leaseMs: LEASE_MS,
    });
    const ledger = (epoch: number, nodeId: string) =>
      recordResource(db, {
        key: `worker:${run.id}:${epoch}`,
        runId: run.id,
        kind: 'worker',
        handle: `pid:${epoch}:1`,
        nodeId,
      });
    await Promise.all([ledger(1, 'near'), ledger(2, 'far'), ledger(3, 'near')]);
    const found = await predecessorsOf(db, { runId: run.id, epoch: 3, processSpace: 'boot pid:1' });
    expect(found).toEqual([{ key: `worker:${run.id}:1`, handle: 'pid:1:1' }]);
  });
});

/** A source with one branch, as a code host keeps it: made once, never moved. */
function oneBranch(): Pick<CodeHost, 'deliver'> & { at: string | null } {
  const host = {
    at: null as string | null,
    async deliver({ commit, baseCommit, fence }: DeliveryRequest) {
      await fence.confirm();
      if (host.at !== null && host.at !== commit)
        throw runyardError('git.branch-exists', { branch: delivery.branch, commit: host.at });
      host.at = commit;
      return { ...delivery, commit, baseCommit };
    },
  };
  return host;
}

/** A claimed run, and a code host that acts when it is told to. */
async function delivering(leaseMs: number, act: (fence: Fence) => Promise<void>) {
  const { queue } = database;
  const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const claim = (await claimAll(queue)).find((one) => one.run.id === run.id);
  const epoch = claim?.epoch ?? 0;
  let visible = 0;
  const codeHost: Pick<CodeHost, 'deliver'> = {
    async deliver({ fence }) {
      await act(fence);
      await fence.confirm();
      visible += 1;
      return delivery;
    },
  };
  const delivered = deliverOnce({ queue, codeHost, request: requestOf(run), epoch, leaseMs });
  return { id: run.id, epoch, delivered, visible: () => visible };
}

function requestOf({ id, spec, createdAt }: Run) {
  return {
    runId: id,
    ticket: spec.ticket,
    repository: spec.repository,
    baseRef: 'main',
    bundleFile: '/bundle',
    commit: delivery.commit,
    baseCommit: delivery.baseCommit,
    verified: true,
    date: createdAt,
    timeoutMs: 60_000,
  };
}

/** What another node does when the lease is over. */
async function takeOver(id: string): Promise<void> {
  await database.shiftTime(LEASE_MS + 1_000);
  await enforceDeadlines(database.queue);
  expect((await findRun(database.store.db, id)).state).toBe('starting');
}

describe('a delivery', () => {
  it('X3: begins with a lease that lasts, whatever was left of it', async () => {
    const left: number[] = [];
    const { id, delivered } = await delivering(LEASE_MS, async () => {
      await database.shiftTime(LEASE_MS - 1_000);
      const { rows } = await database.store.pool.query<{ left: number }>(
        `select extract(epoch from lease_expires_at - runyard_now())::float8 * 1000 as left from runs where state = 'running'`,
      );
      left.push(...rows.map((row) => row.left));
    });
    await delivered;
    expect(Math.max(...left)).toBeLessThanOrEqual(1_000);
    const { epoch } = await findRun(database.store.db, id);
    await expect(
      renewLease(database.queue, { runId: id, epoch, leaseMs: LEASE_MS }),
    ).resolves.toBeUndefined();
  });

  it('X3: whose run was taken over while it was prepared makes nothing visible and stores nothing', async () => {
    let runId = '';
    let go = (): void => undefined;
    const ready = new Promise<void>((resolve) => (go = resolve));
    const attempt = await delivering(LEASE_MS, async () => {
      await ready;
      await takeOver(runId);
    });
    runId = attempt.id;
    go();
    await expect(attempt.delivered).rejects.toMatchObject({ code: 'run.stale-owner' });
    expect(attempt.visible()).toBe(0);
    expect((await findRun(database.store.db, runId)).delivery).toBeNull();
  });

  it('X3: whose run is taken over while it is under way is told to end', async () => {
    // The lease is prolonged when the test says so: between its end and the look at it, it would be a lease again.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let runId = '';
    let go = (): void => undefined;
    const ready = new Promise<void>((resolve) => (go = resolve));
    const attempt = await delivering(LEASE_MS, async ({ signal }) => {
      await ready;
      await takeOver(runId);
      const told = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      vi.advanceTimersByTime(LEASE_MS / 3);
      await told;
    });
    runId = attempt.id;
    go();
    await expect(attempt.delivered).rejects.toMatchObject({ code: 'run.stale-owner' });
    expect(attempt.visible()).toBe(0);
  });

  it('X3, S5: whose answer died with its node stands, also when the next owner made another commit', async () => {
    const { queue, store } = database;
    const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await claimAll(queue);
    const source = oneBranch();
    const dies: Pick<CodeHost, 'deliver'> = {
      async deliver(request) {
        await source.deliver(request);
        throw new Error('the node died');
      },
    };
    const first = { queue, codeHost: dies, request: requestOf(run), epoch: 1, leaseMs: LEASE_MS };
    await expect(deliverOnce(first)).rejects.toThrow('the node died');
    await takeOver(run.id);
    await claimAll(queue);
    const request = { ...requestOf(run), commit: 'd'.repeat(40) };
    const second = { queue, codeHost: source, request, epoch: 2, leaseMs: LEASE_MS };
    const delivered = await deliverOnce(second);
    expect(delivered.commit).toBe(delivery.commit);
    expect((await findRun(store.db, run.id)).delivery).toEqual(delivered);
    const events = await readEvents(store.db, run.id, { after: 0, limit: 100 });
    expect(events.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({ code: 'delivery.earlier-stands' }),
    );
  });

  it('X3: never takes over a branch that no owner of the run wrote down', async () => {
    const { queue } = database;
    const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    await claimAll(queue);
    const source = oneBranch();
    source.at = 'e'.repeat(40);
    const options = {
      queue,
      codeHost: { ...source, deliver: source.deliver },
      request: requestOf(run),
      epoch: 1,
      leaseMs: LEASE_MS,
    };
    await expect(deliverOnce(options)).rejects.toMatchObject({ code: 'git.branch-exists' });
  });
});
