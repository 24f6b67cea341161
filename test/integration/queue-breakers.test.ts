import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { Run } from '../../src/domain/run.ts';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { parkForProvider } from '../../src/queue/park-for-provider.ts';
import { createQueue } from '../../src/queue/queue.ts';
import { reportOutcome } from '../../src/queue/report-outcome.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { generalLimits } from '../../src/scheduler/admission-limits.ts';
import { type AdmissionRules, decideAdmission } from '../../src/scheduler/decide-admission.ts';
import { findBreaker } from '../../src/store/breakers.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { findRun } from '../../src/store/runs.ts';
import { openStore } from '../../src/store/store.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const MINUTE = 60_000;
const policy = { failures: 5, pauseMs: MINUTE, longestPauseMs: 10 * MINUTE, personMs: 10 * MINUTE };
const fields = { provider: 'p', detail: 'slow down', waitSeconds: 600 };
const limited = toErrorData(runyardError('gateway.rate-limited', fields));
const overloaded = toErrorData(
  runyardError('gateway.provider-overloaded', { ...fields, status: 529, waitSeconds: null }),
);
const refused = toErrorData(runyardError('gateway.rejected-key', { provider: 'p', detail: '', status: 401 }));

let db: TestDatabase;
let provider = '';
let tests = 0;

beforeAll(async () => {
  db = await startTestDatabase();
});
beforeEach(() => {
  tests += 1;
  provider = `p${tests}`;
});
afterAll(() => db.close());

async function accept(name: string, parkMs = 60 * MINUTE): Promise<Run> {
  const ladder = [{ agent: 'builtin', model: `${provider}/m`, attempts: 1 }];
  const repository = `/repositories/${provider}-${name}`;
  const spec = testSpec({ repository, ladder, limits: { parkMs } });
  return (await acceptRun(db.queue, { spec, idempotencyKey: null, by: 'test' })).run;
}

const roomy: AdmissionRules = {
  limits: generalLimits({ maxRuns: 100, maxRunsPerRepository: 1 }),
  node: { freePlaces: null, short: [] },
};

const admit = () => admitRuns(db.queue, (snapshot) => decideAdmission(snapshot, roomy).admit);

async function owned(name: string, parkMs?: number): Promise<Run> {
  const { id } = await accept(name, parkMs);
  await claimAll(db.queue);
  return findRun(db.store.db, id);
}

const park = ({ id, epoch }: Run, cause = limited, waitMs: number | null = 10 * MINUTE) => {
  const trouble = { provider, reason: 'quota', waitMs } as const;
  return parkForProvider(db.queue, { runId: id, epoch, trouble, cause, pauseMs: MINUTE, attempts: 0 });
};

const key = () => `provider:${provider}`;
const fail = (cause = limited, retryAfterMs: number | null = 10 * MINUTE, queue = db.queue) =>
  reportOutcome(queue, { key: key(), outcome: { kind: 'failure', cause, retryAfterMs }, policy });
const succeed = async () =>
  reportOutcome(db.queue, {
    key: key(),
    outcome: { kind: 'success', since: await databaseNow(db.store.db) },
    policy,
  });
const end = async (id: string) => {
  const intent = { mode: 'cancel', by: 'test', reason: 'over', at: '' } as const;
  await requestStop(db.queue, { runId: id, intent });
};
const events = async () =>
  (await readSystemEvents(db.store.db, { limit: 50, subject: key() })).map(({ type }) => type).reverse();
const breaker = async () => (await findBreaker(db.store.db, key())).breaker;

describe('breakers', () => {
  it('M6, X7: fifty failures that several nodes report at once are one event', async () => {
    const stores = await Promise.all([openStore(db.connection), openStore(db.connection)]);
    const nodes = await Promise.all(stores.map((store) => createQueue(store, { onError: () => undefined })));
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        fail(overloaded, null, nodes[index % nodes.length] ?? db.queue),
      ),
    );
    expect(await breaker()).toMatchObject({ state: 'open', cause: { code: 'gateway.provider-overloaded' } });
    expect(await events()).toEqual(['breaker.opened']);
    await Promise.all(nodes.map((node) => node.close()));
    await Promise.all(stores.map((store) => store.close()));
  });

  it('M6: while a provider is left alone its runs stay queued, one tries it afterwards, then all start', async () => {
    await fail();
    const runs = await Promise.all(['a', 'b', 'c'].map((name) => accept(name)));
    expect(await admit()).toEqual([]);
    await db.shiftTime(11 * MINUTE);
    const [probe, ...others] = await admit();
    expect(others).toEqual([]);
    expect(await breaker()).toMatchObject({ state: 'half_open', probeRunId: probe });
    expect(await admit()).toEqual([]);
    await succeed();
    expect(await admit()).toHaveLength(2);
    expect(await events()).toEqual(['breaker.opened', 'breaker.half-opened', 'breaker.closed']);
    for (const { id } of runs) await end(id);
    expect(await listViolations(db.queue)).toEqual([]);
  });

  it('M6: the next run tries a provider when the one that tried it ended without a call', async () => {
    await fail();
    const runs = await Promise.all(['a', 'b'].map((name) => accept(name)));
    await db.shiftTime(11 * MINUTE);
    const [probe = ''] = await admit();
    await end(probe);
    const [next] = await admit();
    expect(next).toBe(runs.find(({ id }) => id !== probe)?.id);
    expect(await breaker()).toMatchObject({ state: 'half_open', probeRunId: next });
    await end(next ?? '');
  });

  it('M6: an agent that fails before it does anything is left alone like a provider', async () => {
    const cause = toErrorData(runyardError('agent.not-started', { agent: 'a', detail: 'no such file' }));
    const agent = { key: 'agent:builtin', policy } as const;
    for (let time = 0; time < policy.failures; time += 1)
      await reportOutcome(db.queue, { ...agent, outcome: { kind: 'failure', cause, retryAfterMs: null } });
    const { id } = await accept('a');
    expect(await admit()).toEqual([]);
    await reportOutcome(db.queue, { ...agent, outcome: { kind: 'mended' } });
    expect(await admit()).toEqual([id]);
    await end(id);
  });

  it('X7: a refused key or a dead address of a provider that never worked opens nothing: that is for the run to say', async () => {
    for (let time = 0; time < policy.failures; time += 1) await fail(refused, null);
    expect(await breaker()).toMatchObject({ state: 'closed', failures: 0 });
    const run = await park(await owned('a'), refused, null);
    expect(run).toMatchObject({ state: 'failed', error: { code: 'gateway.rejected-key' } });
  });
});

describe('parkForProvider', () => {
  it('X7: a run waits until the time its provider names, and queues again without having used anything up', async () => {
    const parked = await park(await owned('a'));
    expect(parked).toMatchObject({
      state: 'waiting',
      waitReason: 'quota',
      waitDetail: { breaker: key(), cause: { code: 'gateway.rate-limited' } },
    });
    expect(await listViolations(db.queue)).toEqual([]);
    await db.shiftTime(9 * MINUTE);
    expect(await enforceDeadlines(db.queue)).toEqual([]);
    await db.shiftTime(2 * MINUTE);
    expect(await enforceDeadlines(db.queue)).toMatchObject([
      { id: parked.id, state: 'queued', recoveries: 0 },
    ]);
    await end(parked.id);
  });

  it('X7: parked runs go on at once when their provider works again before the time', async () => {
    await fail();
    const parked = await park(await owned('a'));
    await reportOutcome(db.queue, { key: key(), outcome: { kind: 'mended' }, policy });
    expect(await enforceDeadlines(db.queue)).toMatchObject([{ id: parked.id, state: 'queued' }]);
    await end(parked.id);
  });

  it('X7: a run fails with the cause when its waits together reach the limit', async () => {
    const first = await park(await owned('a', 15 * MINUTE));
    await db.shiftTime(11 * MINUTE);
    await enforceDeadlines(db.queue);
    await claimAll(db.queue);
    const again = await park(await findRun(db.store.db, first.id));
    expect(again).toMatchObject({ state: 'failed', error: { code: 'run.parking-limit' } });
    expect(again.error?.why).toContain('slow down');
  });

  it('X3, X7: only the owner parks its run, and a stop that was asked for comes first', async () => {
    const run = await owned('a');
    await expect(park({ ...run, epoch: run.epoch - 1 })).rejects.toMatchObject({ code: 'run.stale-owner' });
    await end(run.id);
    expect(await park(run)).toMatchObject({ state: 'cancelled' });
    const settlement = { outcome: 'failed', error: limited, delivery: null, attempts: 1 } as const;
    await expect(
      settleRun(db.queue, { runId: run.id, epoch: run.epoch, ...settlement }),
    ).rejects.toMatchObject({
      code: 'run.stale-owner',
    });
  });
});
