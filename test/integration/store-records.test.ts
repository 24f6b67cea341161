import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { ModelCall } from '../../src/domain/model-call.ts';
import type { Delivery, Run } from '../../src/domain/run.ts';
import { appendEvents } from '../../src/events/append-events.ts';
import { appendWorkerEvents } from '../../src/events/append-worker-events.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { newId } from '../../src/lib/ids.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { type Claim } from '../../src/queue/claim-runs.ts';
import { releaseRun } from '../../src/queue/release-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { latestCheckpoint, saveCheckpoint } from '../../src/store/checkpoints.ts';
import { listRuns } from '../../src/store/list-runs.ts';
import { recordModelCall, runUsage } from '../../src/store/model-calls.ts';
import { beginEffect, finishEffect } from '../../src/store/outbox-effects.ts';
import { recordDelivery } from '../../src/store/record-delivery.ts';
import { listResources, recordResource, removeResource } from '../../src/store/resources.ts';
import { countRuns, findRun } from '../../src/store/runs.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

async function accept(): Promise<Run> {
  return (await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' })).run;
}

/** A run that a worker owns. */
async function owned(): Promise<Claim> {
  const { id } = await accept();
  const claim = (await claimAll(database.queue)).find(({ run }) => run.id === id);
  if (!claim) throw new Error('the run was not claimed');
  return claim;
}

/** The same run with its next owner: everything the first one does is stale. */
async function ownedAgain({ run, epoch }: Claim): Promise<Claim> {
  await releaseRun(database.queue, { runId: run.id, epoch, cause: 'test' });
  const [claim] = await claimAll(database.queue);
  if (!claim) throw new Error('the run was not claimed again');
  return claim;
}

const staleOwner = { code: 'run.stale-owner' };
const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));

describe('events', () => {
  it('count from 1 without gaps, however many writers there are', async () => {
    const { db } = database.store;
    const { id } = await accept();
    const warning = (n: number) =>
      ({ type: 'run.warning', data: { code: 'test', message: String(n) } }) as const;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        db
          .transaction()
          .execute(async (tx) => {
            await appendEvents(tx, id, [warning(n), warning(n)]);
            if (n % 4 === 0) throw new Error('rolled back');
          })
          .catch(() => undefined),
      ),
    );
    const events = await readEvents(db, id, { after: 0, limit: 100 });
    expect(events.map((event) => event.seq)).toEqual(
      Array.from({ length: 2 + 15 * 2 }, (_, index) => index + 1),
    );
    expect(await readEvents(db, id, { after: 30, limit: 1 })).toMatchObject([{ seq: 31, runId: id }]);
  });

  it('X4: of a worker are stored once, however often they are sent', async () => {
    const { run, epoch } = await owned();
    const { db } = database.store;
    const event = (workerSeq: number) => ({
      workerSeq,
      ageMs: 0,
      event: { type: 'stage.started', data: { stage: 'plan', attempt: workerSeq } } as const,
    });
    const send = (...seqs: number[]) =>
      db
        .transaction()
        .execute((tx) => appendWorkerEvents(tx, { runId: run.id, epoch, events: seqs.map(event) }));
    await send(1, 2);
    await send(1, 2, 3, 3);
    await Promise.all([send(3, 4), send(4, 3), send()]);
    const stored = await readEvents(db, run.id, { after: 0, limit: 100 });
    const attempts = stored.flatMap((found) => (found.type === 'stage.started' ? [found.data.attempt] : []));
    expect(attempts).toEqual([1, 2, 3, 4]);
  });

  it('Q5: of a worker that lost its run are refused', async () => {
    const first = await owned();
    const { run, epoch } = await ownedAgain(first);
    const send = (of: number) =>
      database.store.db.transaction().execute((tx) =>
        appendWorkerEvents(tx, {
          runId: run.id,
          epoch: of,
          events: [
            { workerSeq: 1, ageMs: 0, event: { type: 'stage.started', data: { stage: 'plan', attempt: 1 } } },
          ],
        }),
      );
    await expect(send(first.epoch)).rejects.toMatchObject(staleOwner);
    await send(epoch);
    await settleRun(database.queue, {
      runId: run.id,
      epoch,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    await expect(send(epoch)).rejects.toMatchObject(staleOwner);
  });

  it('keep text that PostgreSQL cannot hold as it is', async () => {
    const { id } = await accept();
    const message = 'nul \0, half \ud800, whole 😀, quoted \\u0000';
    await database.store.db
      .transaction()
      .execute((tx) => appendEvents(tx, id, [{ type: 'run.warning', data: { code: 'c', message } }]));
    const events = await readEvents(database.store.db, id, { after: 2, limit: 1 });
    expect(events[0]?.data).toEqual({
      code: 'c',
      message: 'nul \ufffd, half \ufffd, whole 😀, quoted \\u0000',
    });
  });
});

describe('runs', () => {
  it('are found by the start of their id, if it is the start of one only', async () => {
    const { db } = database.store;
    const run = await accept();
    expect(await findRun(db, run.id)).toEqual(run);
    expect((await findRun(db, run.id.slice(0, 9))).id).toBe(run.id);
    await database.store.pool.query(
      `insert into runs (id, accepted_by, spec, created_at, expires_at)
       select suffixed, 'test', spec, now(), now() from runs, unnest(array[id || 'a', id || 'b']) as suffixed where id = $1`,
      [run.id],
    );
    expect((await findRun(db, run.id)).id).toBe(run.id);
    await expect(findRun(db, run.id.slice(0, 9))).rejects.toMatchObject({
      code: 'run.ambiguous-id',
      fields: { matches: [run.id, `${run.id}a`, `${run.id}b`] },
    });
    for (const unknown of ['', 'zz-none', '%', '_', '\0']) {
      await expect(findRun(db, unknown), unknown).rejects.toMatchObject({ code: 'run.not-found' });
    }
  });

  it('are listed newest first, page by page, by state', async () => {
    const { db } = database.store;
    const ids = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift((await accept()).id);
      // Of one millisecond there is no order.
      await database.shiftTime(1);
    }
    const first = await listRuns(db, { limit: 3 });
    const second = await listRuns(db, { limit: 2, before: first.at(-1)?.id ?? '' });
    expect([...first, ...second].map((run) => run.id)).toEqual(ids);
    const queued = await listRuns(db, { limit: 100, states: ['queued'] });
    expect(queued.every((run) => run.state === 'queued')).toBe(true);
    expect(queued).toHaveLength(await countRuns(db, ['queued']));
    await claimAll(database.queue);
  });
});

describe('checkpoints', () => {
  const checkpoint = (stage: Checkpoint['stage']): Checkpoint => ({
    stage,
    baseCommit: 'b',
    plan: null,
    attempts: [],
    candidate: null,
    unfinished: null,
  });

  it('S5: the newest one is where a run resumes, and Q5: only the owner writes one', async () => {
    const { db } = database.store;
    const first = await owned();
    const { id } = first.run;
    expect(await latestCheckpoint(db, id)).toBeNull();
    await saveCheckpoint(db, { runId: id, epoch: first.epoch, checkpoint: checkpoint('plan') });
    const second = await ownedAgain(first);
    await expect(
      saveCheckpoint(db, { runId: id, epoch: first.epoch, checkpoint: checkpoint('test') }),
    ).rejects.toMatchObject(staleOwner);
    expect(await latestCheckpoint(db, id)).toEqual(checkpoint('plan'));
    await saveCheckpoint(db, { runId: id, epoch: second.epoch, checkpoint: checkpoint('implement') });
    expect(await latestCheckpoint(db, id)).toEqual(checkpoint('implement'));
  });
});

describe('outbox effects', () => {
  it('S9, X3: happen under the epoch of the owner only, and once', async () => {
    const { db } = database.store;
    const first = await owned();
    const { id } = first.run;
    const effect = (epoch: number) => ({
      key: `deliver:${id}`,
      runId: id,
      epoch,
      kind: 'deliver',
      request: { epoch },
    });
    expect(await beginEffect(db, effect(first.epoch))).toEqual({ state: 'pending', result: null });
    const second = await ownedAgain(first);
    await expect(beginEffect(db, effect(first.epoch))).rejects.toMatchObject(staleOwner);
    // The first owner died between the effect and its answer: the second one asks again.
    await expect(finishEffect(db, { key: `deliver:${id}`, state: 'done', result: 1 })).rejects.toMatchObject(
      staleOwner,
    );
    expect(await beginEffect(db, effect(second.epoch))).toEqual({ state: 'pending', result: null });
    const late = { key: `deliver:${id}`, state: 'done', result: 'late', epoch: first.epoch } as const;
    await expect(finishEffect(db, late)).rejects.toMatchObject(staleOwner);
    await finishEffect(db, { key: `deliver:${id}`, state: 'done', result: { commit: 'c' } });
    expect(await beginEffect(db, effect(second.epoch))).toEqual({ state: 'done', result: { commit: 'c' } });
  });

  it('are pending again after they failed', async () => {
    const { db } = database.store;
    const { run, epoch } = await owned();
    const effect = { key: `push:${run.id}`, runId: run.id, epoch, kind: 'push', request: {} };
    await beginEffect(db, effect);
    await finishEffect(db, { key: effect.key, state: 'failed', result: 'no network' });
    expect(await beginEffect(db, effect)).toEqual({ state: 'pending', result: null });
  });

  it('X3: a delivery is recorded by the owner only', async () => {
    const first = await owned();
    const second = await ownedAgain(first);
    const recorded: Delivery = { ...delivery, verified: true };
    const record = (epoch: number) =>
      recordDelivery(database.store.db, { runId: first.run.id, epoch, delivery: recorded });
    await expect(record(first.epoch)).rejects.toMatchObject(staleOwner);
    await record(second.epoch);
    expect((await findRun(database.store.db, first.run.id)).delivery).toEqual(recorded);
  });
});

describe('events of a worker', () => {
  it('O3: stand at the time they happened, but never before what was stored before them', async () => {
    const { db } = database.store;
    const { run, epoch } = await owned();
    const warning = { type: 'run.warning', data: { code: 'x', message: 'y' } } as const;
    const send = (workerSeq: number, ageMs: number) =>
      db
        .transaction()
        .execute((tx) =>
          appendWorkerEvents(tx, { runId: run.id, epoch, events: [{ workerSeq, ageMs, event: warning }] }),
        );
    await send(1, 0);
    await send(2, 60_000);
    await sql`select pg_sleep(0.05)`.execute(db);
    await send(3, 10);
    const [first, second, third] = (await readEvents(db, run.id, { after: 0, limit: 100 })).slice(-3);
    expect(second?.at).toEqual(first?.at);
    expect(third?.at.getTime()).toBeGreaterThan(second?.at.getTime() ?? 0);
  });
});

describe('resources', () => {
  it('X10: are written under the node that owns the run, unless another is named; the workspace with the claim', async () => {
    const { db } = database.store;
    const { run } = await owned();
    const worker = { key: `worker:${run.id}`, runId: run.id, kind: 'worker', handle: 'pid:1:1' };
    await recordResource(db, worker);
    await recordResource(db, { ...worker, key: `branch:${run.id}`, kind: 'branch', nodeId: null });
    await recordResource(db, { ...worker, handle: 'pid:2:2' });
    expect(await listResources(db, { runId: run.id, kind: 'worker', nodeId: 'node-1' })).toEqual([
      { ...worker, handle: 'pid:2:2', nodeId: 'node-1' },
    ]);
    await removeResource(db, worker.key);
    await removeResource(db, worker.key);
    const left = await listResources(db, { runId: run.id });
    expect(left.map(({ kind }) => kind)).toEqual(['workspace', 'branch']);
  });
});

describe('model calls', () => {
  const call = (runId: string, changes: Partial<ModelCall> = {}): ModelCall => ({
    id: newId(),
    runId,
    epoch: 1,
    attempt: 1,
    stage: 'implement',
    provider: 'scripted',
    model: 'm',
    protocol: 'anthropic',
    status: 'ok',
    httpStatus: 200,
    errorCode: null,
    usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2 },
    costUsd: 0.001,
    retries: 0,
    startedAt: new Date(),
    durationMs: 12.5,
    timeToFirstByteMs: 3.2,
    requestId: 'r',
    ...changes,
  });
  const twice = { inputTokens: 20, outputTokens: 10, cacheReadTokens: 6, cacheWriteTokens: 4, turns: 2 };

  it('O1: are summed up for the run, each once, while it runs and when it ends', async () => {
    const { db } = database.store;
    const { run, epoch } = await owned();
    const first = call(run.id);
    await Promise.all([
      recordModelCall(db, first),
      recordModelCall(db, first),
      recordModelCall(db, call(run.id)),
    ]);
    await recordModelCall(
      db,
      call(run.id, {
        status: 'error',
        errorCode: 'model.overloaded',
        usage: null,
        costUsd: 0,
        httpStatus: 529,
      }),
    );
    expect(await runUsage(db, run.id)).toEqual({ usage: twice, cost: { usd: 0.002, status: 'known' } });
    expect(await findRun(db, run.id)).toMatchObject({ usage: twice, cost: { usd: 0.002, status: 'known' } });
    const ended = await settleRun(database.queue, {
      runId: run.id,
      epoch,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 2,
    });
    expect(ended).toMatchObject({ usage: twice, cost: { usd: 0.002, status: 'known' }, state: 'failed' });
    expect(ended.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('O1: a call that ends after its run is added, and an unknown price is said to be unknown', async () => {
    const { db } = database.store;
    const { run, epoch } = await owned();
    await settleRun(database.queue, {
      runId: run.id,
      epoch,
      outcome: 'failed',
      error: failure,
      delivery: null,
      attempts: 1,
    });
    await recordModelCall(db, call(run.id));
    await recordModelCall(
      db,
      call(run.id, { status: 'aborted', errorCode: 'model.aborted', usage: null, costUsd: null }),
    );
    const { usage, cost } = await findRun(db, run.id);
    expect(usage).toMatchObject({ inputTokens: 10, turns: 1 });
    expect(cost).toEqual({ usd: 0.001, status: 'unknown' });
  });

  it('O1: none is lost when it is stored at the moment the run ends', async () => {
    const { db } = database.store;
    const { run, epoch } = await owned();
    await Promise.all([
      ...Array.from({ length: 6 }, () => recordModelCall(db, call(run.id))),
      settleRun(database.queue, {
        runId: run.id,
        epoch,
        outcome: 'failed',
        error: failure,
        delivery: null,
        attempts: 1,
      }),
      ...Array.from({ length: 6 }, () => recordModelCall(db, call(run.id))),
    ]);
    expect((await findRun(db, run.id)).usage).toMatchObject({ inputTokens: 120, turns: 12 });
  });
});
