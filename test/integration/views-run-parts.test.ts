import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attemptsResponseSchema,
  logResponseSchema,
  modelCallsResponseSchema,
} from '../../src/api/contract.ts';
import { attemptsView } from '../../src/api/views/attempts.ts';
import { logPage, logText } from '../../src/api/views/log.ts';
import { modelCallsView } from '../../src/api/views/model-calls.ts';
import type { NewEvent } from '../../src/domain/events.ts';
import { appendWorkerEvents } from '../../src/events/append-worker-events.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { saveCheckpoint } from '../../src/store/checkpoints.ts';
import { recordModelCall } from '../../src/store/model-calls.ts';
import { findRun } from '../../src/store/runs.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';
import { attemptRecord, failedVerdict, failure, modelCall, startRun } from './views-scene.ts';

let database: TestDatabase;
let runId: string;
let epoch: number;
let seq = 0;
const model = 'acme/large';
const ladder = [{ agent: 'builtin', model, attempts: 2 }];

async function tell(...events: NewEvent[]): Promise<void> {
  const numbered = events.map((event) => {
    seq += 1;
    return { workerSeq: seq, ageMs: 0, event };
  });
  await database.store.db
    .transaction()
    .execute((tx) => appendWorkerEvents(tx, { runId, epoch, events: numbered }));
}

const start = (attempt: number): NewEvent[] => [
  { type: 'attempt.started', data: { attempt, agent: 'builtin', model, reason: `because ${attempt}` } },
  { type: 'stage.started', data: { stage: 'implement', attempt } },
];
const activity = (attempt: number, said: string): NewEvent => ({
  type: 'agent.activity',
  data: { attempt, kind: 'message', name: null, text: said },
});

beforeAll(async () => {
  database = await startTestDatabase();
  ({ id: runId, epoch } = await startRun(database, { ladder }));
  const { db } = database.store;
  const commit = '1'.repeat(40);
  await tell(
    { type: 'stage.started', data: { stage: 'prepare', attempt: 0 } },
    { type: 'stage.finished', data: { stage: 'prepare', attempt: 0, durationMs: 5 } },
    ...start(1),
    activity(1, '\u001b[31mred\u001b[0m <b>first</b>\nsecond \u0007line'),
    { type: 'stage.finished', data: { stage: 'implement', attempt: 1, durationMs: 7 } },
    { type: 'stage.started', data: { stage: 'test', attempt: 1 } },
    {
      type: 'check.finished',
      data: {
        attempt: 1,
        name: 'types',
        on: 'change',
        status: 'failed',
        exitCode: 1,
        durationMs: 12,
        problems: 2,
        firstProblem: 'src/a.ts:7 bad',
      },
    },
    { type: 'stage.finished', data: { stage: 'test', attempt: 1, durationMs: 9 } },
    {
      type: 'attempt.finished',
      data: { attempt: 1, outcome: 'checks-failed', commit, durationMs: 1000, error: null },
    },
    ...start(2),
  );
  const verdict = failedVerdict(commit);
  await saveCheckpoint(db, {
    runId,
    epoch,
    checkpoint: {
      stage: 'test',
      baseCommit: 'b',
      plan: null,
      attempts: [attemptRecord(1, { outcome: 'checks-failed', model, verdict })],
      candidate: { commit, bundle: 'attempt-1-epoch-1.bundle', verified: false },
      unfinished: null,
    },
  });
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
  await recordModelCall(db, modelCall(runId, { epoch, stage: 'plan', attempt: 0, startedAt: at(0) }));
  await recordModelCall(db, modelCall(runId, { epoch, startedAt: at(1) }));
  await recordModelCall(
    db,
    modelCall(runId, {
      epoch,
      startedAt: at(1),
      status: 'error',
      errorCode: 'gateway.rate-limited',
      httpStatus: 429,
      usage: null,
      costUsd: null,
    }),
  );
  await recordModelCall(db, modelCall(runId, { epoch, attempt: 2, startedAt: at(2) }));
});
afterAll(() => database.close());

const run = () => findRun(database.store.db, runId);

describe('the attempts of a run', () => {
  it('X11: say when, with what, how they ended and why, and what each took', async () => {
    const { attempts, planning, stages } = attemptsResponseSchema.parse(
      await attemptsView(database.store.db, await run()),
    );
    const [first, second] = attempts;
    expect(first).toMatchObject({
      number: 1,
      state: 'finished',
      stage: 'test',
      rung: 0,
      agent: 'builtin',
      model,
      reason: 'because 1',
      durationMs: 1000,
      outcome: 'checks-failed',
      why: 'types: 1 new problem, first src/a.ts:7 problem new-1',
      usage: { inputTokens: 100, cacheReadTokens: 300, turns: 1 },
      cacheShare: 0.75,
      cost: { usd: 0.5, status: 'unknown' },
      hasDiff: true,
      verdict: { status: 'failed', introduced: 1, preexisting: 1 },
    });
    expect(second).toMatchObject({
      number: 2,
      state: 'running',
      stage: 'implement',
      endedAt: null,
      why: null,
    });
    expect(second?.usage.turns).toBe(1);
    expect(planning).toMatchObject({ usage: { turns: 1 }, cost: { usd: 0.5, status: 'known' } });
    expect(
      stages.map(({ stage, attempt, durationMs, interrupted }) => [stage, attempt, durationMs, interrupted]),
    ).toEqual([
      ['prepare', 0, 5, false],
      ['implement', 1, 7, false],
      ['test', 1, 9, false],
      ['implement', 2, null, false],
    ]);
  });

  it('tell new failures of a check from those that were there before', async () => {
    const { attempts } = await attemptsView(database.store.db, await run());
    const checks = attempts[0]?.checks ?? [];
    expect(checks.map(({ name, judgement, baseStatus }) => [name, judgement, baseStatus])).toEqual([
      ['types', 'new-failure', 'passed'],
      ['lint', 'old-failure', 'failed'],
      ['build', 'not-run', null],
      ['test', 'passed', 'passed'],
    ]);
    expect(checks[0]?.diagnostics.map(({ fingerprint, isNew, line }) => [fingerprint, isNew, line])).toEqual([
      ['new-1', true, 7],
      ['old-1', false, 7],
    ]);
  });
});

describe('an agent that brings its own model', () => {
  it('O1: has cost nobody knows what, unless its calls were seen here', async () => {
    const { db } = database.store;
    const ended = async (seen: boolean) => {
      const own = await startRun(database, { ladder: [{ agent: 'own', model: null, attempts: 1 }] });
      const event = {
        type: 'attempt.started',
        data: { attempt: 1, agent: 'own', model: null, reason: 'first' },
      } as const;
      await db.transaction().execute((tx) =>
        appendWorkerEvents(tx, {
          runId: own.id,
          epoch: own.epoch,
          events: [{ workerSeq: 1, ageMs: 0, event }],
        }),
      );
      if (seen) await recordModelCall(db, modelCall(own.id, { epoch: own.epoch }));
      const settled = await settleRun(database.queue, {
        runId: own.id,
        epoch: own.epoch,
        outcome: 'failed',
        error: failure('run.unexpected'),
        delivery: null,
        attempts: 1,
      });
      const { attempts } = await attemptsView(db, settled);
      return [settled.cost, attempts[0]?.cost];
    };
    const unknown = { usd: 0, status: 'unknown' };
    expect(await ended(false)).toEqual([unknown, unknown]);
    const known = { usd: 0.5, status: 'known' };
    expect(await ended(true)).toEqual([known, known]);
  });
});

describe('the model calls of a run', () => {
  it('O1: come page by page, none twice and none left out, with sums over all', async () => {
    const pages: string[][] = [];
    for (let after: string | undefined; ; ) {
      const page = modelCallsResponseSchema.parse(
        await modelCallsView(database.store.db, { runId, after, limit: 1 }),
      );
      pages.push(page.calls.map(({ id }) => id));
      expect(page.total).toMatchObject({
        calls: 4,
        failed: 1,
        usage: { turns: 3 },
        cost: { status: 'unknown' },
      });
      if (page.next === null) break;
      after = page.next;
    }
    const { calls } = await modelCallsView(database.store.db, { runId, limit: 100 });
    expect(pages.flat()).toEqual(calls.map(({ id }) => id));
    expect(calls.map(({ status, cacheShare, costUsd }) => [status, cacheShare, costUsd])).toEqual([
      ['ok', 0.75, 0.5],
      ['ok', 0.75, 0.5],
      ['error', null, null],
      ['ok', 0.75, 0.5],
    ]);
    const nobody = await modelCallsView(database.store.db, { runId, after: "x' or true", limit: 100 });
    expect(nobody.calls).toEqual([]);
  });
});

describe('the log of a run', () => {
  const read = async (query: {
    source?: 'all' | 'agent' | 'checks' | 'run';
    after?: number;
    limit?: number;
  }) =>
    logResponseSchema.parse(
      await logPage(database.store.db, await run(), { source: 'all', after: 0, limit: 500, ...query }),
    );

  it('I5: comes page by page, whole, and says where to go on', async () => {
    const whole = await read({});
    const collected: typeof whole.lines = [];
    for (let after = 0; ; ) {
      const page = await read({ after, limit: 2 });
      collected.push(...page.lines);
      expect(page.ended).toBe(false);
      if (!page.more) break;
      after = page.next;
    }
    expect(collected).toEqual(whole.lines);
    await tell(activity(2, 'later'));
    expect((await read({ after: whole.next })).lines.map(({ text: said }) => said)).toEqual(['later']);
  });

  it('I5: of 50 MB comes in pages of about a megabyte, none of its lines twice and none left out', async () => {
    const { id } = await startRun(database, {});
    const events = 13_000;
    const linesEach = 100;
    await database.store.pool.query(
      `insert into run_events (run_id, seq, type, data)
       select $1, said + 10, 'agent.activity', jsonb_build_object('attempt', 1, 'kind', 'message', 'name', null, 'text', $3 || repeat(E'\\n' || $3, $2 - 1))
       from generate_series(1, ${events}) as said`,
      [id, linesEach, 'x'.repeat(40)],
    );
    const big = await findRun(database.store.db, id);
    let lines = 0;
    let largest = 0;
    let pages = 0;
    for (let after = 0; ; pages += 1) {
      const page = await logPage(database.store.db, big, { source: 'agent', after, limit: 1000 });
      lines += page.lines.length;
      largest = Math.max(largest, JSON.stringify(page).length);
      if (!page.more) break;
      after = page.next;
    }
    expect(lines).toBe(events * linesEach);
    expect(pages).toBeGreaterThan(50);
    expect(largest).toBeLessThan(1.5 * 1024 * 1024);
  });

  it('has lines with time and source, as the agent wrote them', async () => {
    const { lines } = await read({ source: 'agent' });
    const said = lines.filter(({ label, seq: of }) => label === 'message' || of === lines[1]?.seq);
    expect(said.slice(0, 2)).toMatchObject([
      { source: 'agent', attempt: 1, label: 'message', text: '\u001b[31mred\u001b[0m <b>first</b>' },
      { source: 'agent', attempt: 1, label: '', text: 'second \u0007line' },
    ]);
    const checks = await read({ source: 'checks' });
    expect(checks.lines.map(({ source, tone, text: line }) => [source, tone, line])).toEqual([
      ['checks', 'bad', 'types failed, 2 problems in 12ms'],
      ['checks', 'bad', '  src/a.ts:7 bad'],
    ]);
  });

  it('I5: can be had as a file that steers no terminal', async () => {
    const file = await text(Readable.from(logText(database.store.db, runId, 'all')));
    expect(file).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}message +red <b>first<\/b>$/m);
    expect(file).toContain('second \ufffdline');
    expect(file).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(file.split('\n').filter(Boolean)).toHaveLength((await read({})).lines.length);
  });
});
