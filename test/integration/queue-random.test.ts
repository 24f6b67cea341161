import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunyardError, runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import { canTransition, isTerminal, type RunState } from '../../src/domain/run-state.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { enforceDeadlines } from '../../src/queue/enforce-deadlines.ts';
import { RUN_QUEUE } from '../../src/queue/engine.ts';
import { heartbeatRun } from '../../src/queue/heartbeat-run.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { parkRun } from '../../src/queue/park-run.ts';
import { releaseRun } from '../../src/queue/release-run.ts';
import { requestStop } from '../../src/queue/request-stop.ts';
import { resumeRun } from '../../src/queue/resume-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { findRun } from '../../src/store/runs.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const MINUTE = 60_000;
const failure = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
const wait = { reason: 'plan ready', planHash: 'aaa', commit: null };

/** What can happen, in any order. `run` picks one of the runs, `stale` an epoch before its current one. */
const step = fc.record({
  act: fc.constantFrom(
    ...([
      'accept',
      'admit',
      'claim',
      'claim',
      'heartbeat',
      'succeed',
      'fail',
      'park',
      'resume',
      'release',
      'hand over',
    ] as const),
    ...(['stop', 'wait a little', 'wait long', 'enforce', 'engine takes back'] as const),
  ),
  pick: fc.nat({ max: 2 }),
  stale: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function act({ act: name, pick, stale }: Step, ids: string[]): Promise<void> {
  const { queue, store } = database;
  const id = ids[pick % Math.max(1, ids.length)];
  if (name === 'accept')
    ids.push((await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' })).run.id);
  if (name === 'admit') await admitRuns(queue, ({ queued }) => queued.map((run) => run.id));
  if (name === 'claim') await claimAll(queue);
  if (name === 'wait a little') await database.shiftTime(20_000);
  if (name === 'wait long') await database.shiftTime(12 * MINUTE);
  if (name === 'enforce') await enforceDeadlines(queue);
  if (name === 'engine takes back') await engineTakesBack();
  if (id === undefined) return;
  const epoch = (await findRun(store.db, id)).epoch - (stale ? 1 : 0);
  const owner = { runId: id, epoch };
  if (name === 'heartbeat')
    await heartbeatRun(queue, { ...owner, leaseMs: 15_000, stage: 'plan', attempt: 1, activity: '' });
  if (name === 'succeed')
    await settleRun(queue, { ...owner, outcome: 'succeeded', error: null, delivery, attempts: 1 });
  if (name === 'fail')
    await settleRun(queue, { ...owner, outcome: 'failed', error: failure, delivery: null, attempts: 1 });
  if (name === 'release') await releaseRun(queue, { ...owner, cause: 'test' });
  if (name === 'hand over') await releaseRun(queue, { ...owner, cause: 'test', counts: false });
  if (name === 'resume') await resumeRun(queue, { runId: id, by: 'ada', approved: { planHash: 'aaa' } });
  if (name === 'stop')
    await requestStop(queue, { runId: id, intent: { mode: 'cancel', by: 'ada', reason: 'r', at: '' } });
  if (name === 'park') {
    const waitUntil = new Date((await databaseNow(store.db)).getTime() + 30 * MINUTE);
    await parkRun(queue, { ...owner, reason: 'approval', waitUntil, detail: wait });
  }
}

async function engineTakesBack(): Promise<void> {
  await sql`update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`.execute(
    database.store.db,
  );
  await sql`update pgboss.queue set monitor_claim_on = now() - interval '1 hour'`.execute(database.store.db);
  await database.queue.boss.supervise(RUN_QUEUE);
}

/** Refusals that are right answers to a step at the wrong time. */
const refusals = ['run.stale-owner', 'run.ended', 'run.not-waiting'];

/** What the engine did by itself is mended by the next look at the queue. */
async function settleDown(): Promise<void> {
  await enforceDeadlines(database.queue);
  await claimAll(database.queue, { nodeId: 'node-2' });
}

async function endAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if (isTerminal((await findRun(database.store.db, id)).state)) continue;
    const intent = { mode: 'cancel', by: 'test', reason: 'over', at: '' } as const;
    const { state, epoch } = await requestStop(database.queue, { runId: id, intent });
    if (state === 'running') await releaseRun(database.queue, { runId: id, epoch, cause: 'over' });
  }
}

async function expectLegalHistory(id: string): Promise<void> {
  const run = await findRun(database.store.db, id);
  const events = await readEvents(database.store.db, id, { after: 0, limit: 1_000 });
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  let state: RunState | null = null;
  for (const event of events) {
    if (event.type !== 'run.state-changed') continue;
    expect(event.data.from).toBe(state);
    if (state) expect(canTransition(state, event.data.to)).toBe(true);
    state = event.data.to;
  }
  expect(state).toBe(run.state);
  if (isTerminal(run.state)) expect(events.at(-1)?.type).toBe('run.summary');
}

describe('any order of operations', () => {
  it('S1: keeps runs, jobs and events in agreement, and refuses every stale epoch (Q5)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const ids: string[] = [];
        await act({ act: 'accept', pick: 0, stale: false }, ids);
        for (const next of steps) {
          await act(next, ids).catch((error: unknown) => {
            if (!(error instanceof RunyardError) || !refusals.includes(error.code)) throw error;
          });
          if (next.act === 'engine takes back') await settleDown();
          expect(await listViolations(database.queue), JSON.stringify(next)).toEqual([]);
        }
        await endAll(ids);
        expect(await listViolations(database.queue)).toEqual([]);
        for (const id of ids) await expectLegalHistory(id);
      }),
      { numRuns: 40 },
    );
    expect(database.queueErrors).toEqual([]);
  });

  it('Q5: many at once on the same runs end in agreement as well', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30 }), async (steps) => {
        const ids: string[] = [];
        await act({ act: 'accept', pick: 0, stale: false }, ids);
        await act({ act: 'claim', pick: 0, stale: false }, ids);
        await Promise.all(
          steps.map((next) =>
            act(next, ids).catch((error: unknown) => {
              if (!(error instanceof RunyardError) || !refusals.includes(error.code)) throw error;
            }),
          ),
        );
        await settleDown();
        expect(await listViolations(database.queue)).toEqual([]);
        await endAll(ids);
        expect(await listViolations(database.queue)).toEqual([]);
        for (const id of ids) await expectLegalHistory(id);
      }),
      { numRuns: 15 },
    );
    expect(database.queueErrors).toEqual([]);
  });
});
