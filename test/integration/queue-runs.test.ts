import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { Run, StopIntent } from '../../src/domain/run.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import type { AdmissionSnapshot } from '../../src/queue/admission-snapshot.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import type { Claim } from '../../src/queue/claim-runs.ts';
import { heartbeatRun } from '../../src/queue/heartbeat-run.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { createQueue } from '../../src/queue/queue.ts';
import { releaseRun } from '../../src/queue/release-run.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { resumeRun } from '../../src/queue/resume-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { approvedHash } from '../../src/store/approvals.ts';
import { listRuns } from '../../src/store/list-runs.ts';
import { recordDelivery } from '../../src/store/record-delivery.ts';
import { findRun } from '../../src/store/runs.ts';
import { openStore } from '../../src/store/store.ts';
import {
  claimAll,
  delivery,
  failOnFault,
  startTestDatabase,
  type TestDatabase,
  testSpec,
} from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  assert.deepEqual(await listViolations(database.queue), []);
  for (const run of await listRuns(database.store.db, {
    limit: 100,
    states: ['queued', 'starting', 'waiting'],
  })) {
    await requestStop(database.queue, { runId: run.id, intent: cancel });
  }
  assert.deepEqual(database.queueErrors, []);
});

const cancel: StopIntent = {
  mode: 'cancel',
  by: 'ada',
  reason: 'changed my mind',
  at: '2026-11-21T12:00:00.000Z',
};
const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
const staleOwner = { code: 'run.stale-owner' };

async function accept(spec = testSpec(), idempotencyKey: string | null = null): Promise<Run> {
  return (await acceptRun(database.queue, { spec, idempotencyKey, by: 'test' })).run;
}

async function owned(spec = testSpec()): Promise<Claim> {
  const { id } = await accept(spec);
  const claim = (await claimAll(database.queue)).find(({ run }) => run.id === id);
  if (!claim) throw new Error('the run was not claimed');
  return claim;
}

const ownerOf = ({ run, epoch }: Claim) => ({ runId: run.id, epoch });
const heartbeat = { leaseMs: 15_000, stage: 'plan', attempt: 1, activity: 'thinking' } as const;

async function happened(id: string): Promise<string[]> {
  const events = await readEvents(database.store.db, id, { after: 0, limit: 100 });
  return events.map((event) =>
    event.type === 'run.state-changed' ? `${event.data.from} → ${event.data.to}` : event.type,
  );
}

describe('a run', () => {
  it('goes from ticket to success, with an event for every step and a job exactly while it is active', async () => {
    const run = await accept();
    expect(run).toMatchObject({ state: 'queued', epoch: 0, startedAt: null, usage: { turns: 0 } });
    expect(run.expiresAt.getTime() - run.createdAt.getTime()).toBe(run.spec.limits.queueMs);
    expect(await admitRuns(database.queue, ({ queued }) => queued.map(({ id }) => id))).toEqual([run.id]);
    expect((await findRun(database.store.db, run.id)).state).toBe('starting');
    expect(await listViolations(database.queue)).toEqual([]);
    const [claim] = await claimAll(database.queue);
    expect(claim).toMatchObject({
      epoch: 1,
      workerId: 'worker-1',
      run: { id: run.id, state: 'running', owner: 'worker-1' },
    });
    expect(await listViolations(database.queue)).toEqual([]);
    expect(await heartbeatRun(database.queue, { runId: run.id, epoch: 1, ...heartbeat })).toEqual({
      stop: null,
    });
    const ended = await settleRun(database.queue, {
      runId: run.id,
      epoch: 1,
      outcome: 'succeeded',
      error: null,
      delivery,
      attempts: 1,
    });
    expect(ended).toMatchObject({
      state: 'succeeded',
      stage: 'plan',
      attempt: 1,
      delivery,
      owner: null,
      leaseExpiresAt: null,
      cost: { usd: 0, status: 'known' },
    });
    expect(await happened(run.id)).toEqual([
      'run.accepted',
      'null → queued',
      'queued → starting',
      'starting → running',
      'running → succeeded',
      'run.summary',
    ]);
  });

  it('never succeeds without a delivery, and never fails without a cause', async () => {
    const claim = await owned();
    const settle = (outcome: 'succeeded' | 'failed') =>
      settleRun(database.queue, { ...ownerOf(claim), outcome, error: null, delivery: null, attempts: 1 });
    await expect(settle('succeeded')).rejects.toMatchObject({ code: 'run.unexpected' });
    await expect(settle('failed')).rejects.toMatchObject({ code: 'run.unexpected' });
    expect((await findRun(database.store.db, claim.run.id)).state).toBe('running');
    await settleRun(database.queue, {
      ...ownerOf(claim),
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
  });

  it('progress never goes backwards', async () => {
    const claim = await owned();
    await heartbeatRun(database.queue, { ...ownerOf(claim), ...heartbeat, attempt: 2 });
    await heartbeatRun(database.queue, {
      ...ownerOf(claim),
      ...heartbeat,
      stage: null,
      attempt: 1,
      activity: '\0'.repeat(2_000),
    });
    expect(await findRun(database.store.db, claim.run.id)).toMatchObject({ attempt: 2, stage: 'plan' });
    await settleRun(database.queue, {
      ...ownerOf(claim),
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 2,
    });
  });
});

describe('acceptRun', () => {
  it('Q7: the same key makes one run, however many ask at once', async () => {
    const accepted = await Promise.all(
      Array.from({ length: 8 }, () =>
        acceptRun(database.queue, { spec: testSpec(), idempotencyKey: 'hook-1', by: 'test' }),
      ),
    );
    expect(new Set(accepted.map(({ run }) => run.id)).size).toBe(1);
    expect(accepted.filter(({ created }) => created)).toHaveLength(1);
    const id = accepted[0]?.run.id ?? '';
    await requestStop(database.queue, { runId: id, intent: cancel });
    const again = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: 'hook-1', by: 'test' });
    expect(again).toMatchObject({ created: false, run: { id, state: 'cancelled' } });
    expect(
      (await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: 'hook-2', by: 'test' })).created,
    ).toBe(true);
  });

  it('keeps a ticket of hostile text as it can', async () => {
    const ticket = { key: null, title: `$(touch /tmp/x) '; drop table runs; --`, body: 'a\0b\ud800' };
    const run = await accept(testSpec({ ticket }));
    expect(run.spec.ticket).toEqual({ ...ticket, body: 'a\ufffdb\ufffd' });
  });
});

describe('admitRuns', () => {
  it('shows what is queued and what is active', async () => {
    const active = await owned(
      testSpec({ repository: '/active', ladder: [{ agent: 'claude-code', model: null, attempts: 1 }] }),
    );
    const queued = await accept(testSpec({ repository: '/queued', priority: 'high' }));
    let seen: AdmissionSnapshot | null = null;
    expect(
      await admitRuns(database.queue, (snapshot) => {
        seen = snapshot;
        return [];
      }),
    ).toEqual([]);
    expect(seen).toMatchObject({
      queued: [
        {
          id: queued.id,
          repository: '/queued',
          priority: 'high',
          agent: 'builtin',
          provider: 'scripted',
          createdAt: queued.createdAt,
        },
      ],
      active: { byRepository: { '/active': 1 }, byAgent: { 'claude-code': 1 }, byProvider: {}, total: 1 },
    });
    await settleRun(database.queue, {
      ...ownerOf(active),
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
  });

  it('Q2: nodes that admit at once keep one limit together', async () => {
    await Promise.all(Array.from({ length: 12 }, () => accept()));
    const upToThree = ({ queued, active }: AdmissionSnapshot) =>
      queued.slice(0, Math.max(0, 3 - active.total)).map(({ id }) => id);
    const admitted = await Promise.all(Array.from({ length: 6 }, () => admitRuns(database.queue, upToThree)));
    expect(admitted.flat()).toHaveLength(3);
    expect(new Set(admitted.flat()).size).toBe(3);
  });

  it('leaves out a run that was stopped meanwhile, and takes the others', async () => {
    const [first, second] = [await accept(), await accept()];
    await requestStop(database.queue, { runId: first.id, intent: cancel });
    expect(await admitRuns(database.queue, () => [first.id, second.id])).toEqual([second.id]);
  });
});

describe('claimRuns', () => {
  it('Q5: two nodes that claim at once never get the same run', async () => {
    const other = await openStore(database.connection);
    const otherQueue = await createQueue(other, { onError: failOnFault });
    const ids = await Promise.all(
      Array.from({ length: 24 }, async (_, n) => (await accept(testSpec({ repository: `/r${n}` }))).id),
    );
    await admitRuns(database.queue, ({ queued }) => queued.map(({ id }) => id));
    const claims: Claim[] = [];
    const node = async (nodeId: string, queue: typeof otherQueue) => {
      for (let round = 0; round < 6; round += 1)
        claims.push(...(await claimAll(queue, { nodeId, batch: 3 })));
    };
    await Promise.all([
      node('a', database.queue),
      node('b', otherQueue),
      node('a', database.queue),
      node('b', otherQueue),
    ]);
    expect(claims.map(({ run }) => run.id).toSorted()).toEqual(ids.toSorted());
    expect(claims.every(({ epoch, run }) => epoch === 1 && run.epoch === 1)).toBe(true);
    expect(await listViolations(otherQueue)).toEqual([]);
    for (const claim of claims) {
      await settleRun(otherQueue, {
        ...ownerOf(claim),
        outcome: 'failed',
        error: failure,
        delivery: null,
        attempts: 0,
      });
    }
    await otherQueue.close();
    await other.close();
  });

  it('Q1: takes the urgent ones first, and no more than asked', async () => {
    for (const priority of ['low', 'normal', 'urgent', 'high'] as const) await accept(testSpec({ priority }));
    const order = [];
    for (let n = 0; n < 4; n += 1) {
      const claims = await claimAll(database.queue, { batch: 1 });
      expect(claims).toHaveLength(1);
      for (const claim of claims) {
        order.push(claim.run.spec.priority);
        await settleRun(database.queue, {
          ...ownerOf(claim),
          outcome: 'failed',
          error: failure,
          delivery: null,
          attempts: 0,
        });
      }
    }
    expect(order).toEqual(['urgent', 'high', 'normal', 'low']);
    expect(await claimAll(database.queue, { batch: 0 })).toEqual([]);
  });
});

describe('a stale epoch', () => {
  it('Q5: can write nothing', async () => {
    const first = await owned();
    await releaseRun(database.queue, { ...ownerOf(first), cause: 'frozen' });
    const stale = ownerOf(first);
    const refused = async () => {
      const detail = { reason: 'r', planHash: 'h', commit: null };
      await expect(heartbeatRun(database.queue, { ...stale, ...heartbeat })).rejects.toMatchObject(
        staleOwner,
      );
      await expect(
        settleRun(database.queue, { ...stale, outcome: 'succeeded', error: null, delivery, attempts: 1 }),
      ).rejects.toMatchObject(staleOwner);
      await expect(
        parkRun(database.queue, { ...stale, reason: 'approval', waitUntil: new Date(), detail }),
      ).rejects.toMatchObject(staleOwner);
      await expect(releaseRun(database.queue, { ...stale, cause: 'again' })).rejects.toMatchObject(
        staleOwner,
      );
    };
    await refused();
    const before = await happened(first.run.id);
    const [second] = await claimAll(database.queue);
    expect(second).toMatchObject({ epoch: 2, run: { id: first.run.id, recoveries: 1 } });
    await refused();
    expect((await happened(first.run.id)).slice(before.length)).toEqual(['starting → running']);
    await settleRun(database.queue, {
      ...stale,
      epoch: 2,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    await refused();
    await expect(
      settleRun(database.queue, {
        ...stale,
        epoch: 2,
        outcome: 'failed',
        error: failure,
        delivery: null,
        attempts: 1,
      }),
    ).rejects.toMatchObject(staleOwner);
  });
});

describe('releaseRun', () => {
  it('S5: a run that lost its worker starts again, up to its recovery limit, and then fails with the cause', async () => {
    const { id } = await accept(testSpec({ limits: { recoveries: 2 } }));
    for (const recoveries of [1, 2]) {
      const [claim] = await claimAll(database.queue);
      const run = await releaseRun(database.queue, {
        runId: id,
        epoch: claim?.epoch ?? 0,
        cause: 'killed by signal 9',
      });
      expect(run).toMatchObject({ state: 'starting', recoveries, owner: null });
      expect(await listViolations(database.queue)).toEqual([]);
    }
    const [claim] = await claimAll(database.queue);
    const run = await releaseRun(database.queue, {
      runId: id,
      epoch: claim?.epoch ?? 0,
      cause: 'killed by signal 9',
    });
    expect(run).toMatchObject({
      state: 'failed',
      error: { code: 'run.recovery-limit', fields: { recoveries: 3, lastCause: 'killed by signal 9' } },
    });
  });

  it('does not count a run that its node hands over in good order, however often', async () => {
    const { id } = await accept(testSpec({ limits: { recoveries: 1 } }));
    for (const epoch of [1, 2, 3, 4]) {
      expect(await claimAll(database.queue)).toMatchObject([{ epoch, run: { id } }]);
      const run = await releaseRun(database.queue, {
        runId: id,
        epoch,
        cause: 'the node stops',
        counts: false,
      });
      expect(run).toMatchObject({ state: 'starting', recoveries: 0 });
      expect(await listViolations(database.queue)).toEqual([]);
    }
  });

  it('S4: ends a run that was asked to stop, as it was asked', async () => {
    const claim = await owned();
    await requestStop(database.queue, { runId: claim.run.id, intent: cancel });
    const run = await releaseRun(database.queue, { ...ownerOf(claim), cause: 'killed' });
    expect(run).toMatchObject({
      state: 'cancelled',
      stopIntent: cancel,
      error: { code: 'run.cancelled', fields: { by: 'ada' } },
    });
  });
});

describe('waiting for a person', () => {
  const park = (claim: Claim, planHash: string | null, commit: string | null = null) =>
    parkRun(database.queue, {
      ...ownerOf(claim),
      reason: 'approval',
      waitUntil: new Date(Date.now() + 60_000),
      detail: { reason: 'plan ready', planHash, commit },
    });

  it('X14: an approval counts for exactly what waits, and the run queues again', async () => {
    const claim = await owned();
    const { id } = claim.run;
    await expect(
      resumeRun(database.queue, { runId: id, by: 'ada', approved: { planHash: 'aaa' } }),
    ).rejects.toMatchObject({
      code: 'run.not-waiting',
    });
    const parked = await park(claim, 'aaa');
    expect(parked).toMatchObject({
      state: 'waiting',
      waitReason: 'approval',
      owner: null,
      waitDetail: { planHash: 'aaa' },
    });
    expect(await listViolations(database.queue)).toEqual([]);
    await expect(
      resumeRun(database.queue, { runId: id, by: 'ada', approved: { planHash: 'bbb' } }),
    ).rejects.toMatchObject({
      code: 'run.wrong-plan-hash',
      fields: { expected: 'aaa' },
    });
    expect(await approvedHash(database.store.db, id)).toBeNull();
    const resumed = await resumeRun(database.queue, { runId: id, by: 'ada', approved: { planHash: 'aaa' } });
    expect(resumed).toMatchObject({ state: 'queued', waitReason: null, waitUntil: null, waitDetail: null });
    expect(await approvedHash(database.store.db, id)).toBe('aaa');
    await expect(
      resumeRun(database.queue, { runId: id, by: 'ada', approved: { planHash: 'aaa' } }),
    ).rejects.toMatchObject({
      code: 'run.not-waiting',
    });
    expect((await happened(id)).slice(-3)).toEqual([
      'running → waiting',
      'plan.approved',
      'waiting → queued',
    ]);
    expect(await claimAll(database.queue)).toMatchObject([{ epoch: 2, run: { id, recoveries: 0 } }]);
    await settleRun(database.queue, {
      runId: id,
      epoch: 2,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 0,
    });
  });

  it('an unverified change is approved by its commit', async () => {
    const claim = await owned();
    await park(claim, null, 'c0ffee5c0ffee5');
    const asPlan = { runId: claim.run.id, by: 'ada', approved: { planHash: 'c0ffee5c0ffee5' } };
    await expect(resumeRun(database.queue, asPlan)).rejects.toMatchObject({ code: 'run.wrong-plan-hash' });
    const tooShort = { ...asPlan, approved: { commit: 'c0ffee' } };
    await expect(resumeRun(database.queue, tooShort)).rejects.toMatchObject({ code: 'run.wrong-commit' });
    expect(
      await resumeRun(database.queue, { runId: claim.run.id, by: 'ada', approved: { commit: 'c0ffee5' } }),
    ).toMatchObject({ state: 'queued' });
  });

  it('X9: an answer is stored without the keys of this server and what looks like one', async () => {
    const claim = await owned();
    const runId = claim.run.id;
    const detail = { reason: 'asks', planHash: null, commit: null, attempt: 1 };
    const waitUntil = new Date(Date.now() + 60_000);
    await parkRun(database.queue, { ...ownerOf(claim), reason: 'input', waitUntil, detail });
    const approved = { attempt: 1, answer: 'use own-key-of-ours there' };
    const redact = createRedactor(['own-key-of-ours']);
    await resumeRun(database.queue, { runId, by: 'ada', approved, redact });
    const events = await readEvents(database.store.db, runId, { after: 0, limit: 100 });
    expect(events.find(({ type }) => type === 'run.answered')?.data).toMatchObject({
      answer: 'use [redacted] there',
    });
  });

  it('X1: a stop that comes after the delivery does not hide it: delivered stays delivered', async () => {
    const claim = await owned();
    await recordDelivery(database.store.db, { runId: claim.run.id, epoch: claim.epoch, delivery });
    const settled = await settleRun(database.queue, {
      runId: claim.run.id,
      epoch: claim.epoch,
      outcome: 'cancelled',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    expect(settled).toMatchObject({ state: 'succeeded', delivery, error: null });
  });

  it('a run that was asked to stop ends instead of waiting', async () => {
    const claim = await owned();
    await requestStop(database.queue, { runId: claim.run.id, intent: cancel });
    expect(await park(claim, 'aaa')).toMatchObject({ state: 'cancelled', error: { code: 'run.cancelled' } });
  });
});

describe('requestStop', () => {
  it('S4: ends a run without a worker at once, and says who and why', async () => {
    const queued = await accept();
    const stop = (id: string) => requestStop(database.queue, { runId: id, intent: cancel });
    const expected = {
      state: 'cancelled',
      error: { code: 'run.cancelled', what: 'The run was cancelled by ada.', why: 'changed my mind' },
    };
    expect(await stop(queued.id)).toMatchObject(expected);
    const starting = await accept();
    await admitRuns(database.queue, () => [starting.id]);
    expect(await stop(starting.id)).toMatchObject(expected);
    expect(await claimAll(database.queue)).toEqual([]);
    await expect(stop(queued.id)).rejects.toMatchObject({
      code: 'run.ended',
      fields: { state: 'cancelled' },
    });
    expect((await happened(queued.id)).slice(-3)).toEqual([
      'run.stop-requested',
      'queued → cancelled',
      'run.summary',
    ]);
  });

  it('S4: tells the worker of a running one; the first intent counts', async () => {
    const claim = await owned();
    const { id } = claim.run;
    const [heard, unlisten] = await listenToRuns();
    expect(await requestStop(database.queue, { runId: id, intent: cancel })).toMatchObject({
      state: 'running',
      stopIntent: cancel,
    });
    await expect.poll(() => heard, { timeout: 20_000 }).toContain(id);
    const second = { ...cancel, by: 'bob', reason: 'me too' };
    expect((await requestStop(database.queue, { runId: id, intent: second })).stopIntent).toEqual(cancel);
    expect(await heartbeatRun(database.queue, { ...ownerOf(claim), ...heartbeat })).toEqual({ stop: cancel });
    expect((await happened(id)).filter((event) => event === 'run.stop-requested')).toHaveLength(1);
    await settleRun(database.queue, {
      ...ownerOf(claim),
      outcome: 'cancelled',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    await unlisten();
  });

  async function listenToRuns(): Promise<[string[], () => Promise<void>]> {
    const heard: string[] = [];
    return [heard, await database.store.listen('runyard_runs', (payload) => heard.push(payload))];
  }

  it('meets a claim at the same moment without harm', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await accept();
      await admitRuns(database.queue, () => [id]);
      await Promise.all([
        claimAll(database.queue),
        requestStop(database.queue, { runId: id, intent: cancel }),
      ]);
      const run = await findRun(database.store.db, id);
      expect(['cancelled', 'running']).toContain(run.state);
      expect(await listViolations(database.queue)).toEqual([]);
      if (run.state === 'running') {
        expect(run.stopIntent).toEqual(cancel);
        await releaseRun(database.queue, { runId: id, epoch: run.epoch, cause: 'test' });
      }
    }
  });
});

describe('createQueue', () => {
  it('lets several nodes make the engine at once in a new database', async () => {
    await database.store.pool.query('create database nodes');
    const stores = await Promise.all(
      Array.from({ length: 3 }, () => openStore({ ...database.connection, database: 'nodes', max: 4 })),
    );
    const errors: Error[] = [];
    const queues = await Promise.all(
      stores.map((store) => createQueue(store, { onError: (error) => errors.push(error) })),
    );
    const ids = await Promise.all(
      queues.map(
        async (queue) => (await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 't' })).run.id,
      ),
    );
    const claims = await Promise.all(queues.map((queue) => claimAll(queue)));
    const late = await Promise.all(queues.map((queue) => claimAll(queue)));
    expect(
      [...claims, ...late]
        .flat()
        .map(({ run }) => run.id)
        .toSorted(),
    ).toEqual(ids.toSorted());
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all(stores.map((store) => store.close()));
    expect(errors).toEqual([]);
  });
});
