import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { Stage } from '../../src/domain/stage.ts';
import { appendEvents } from '../../src/events/append-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { usualStageTimes } from '../../src/store/stage-times.ts';
import { claimAll, delivery, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

interface Began {
  readonly run: Run;
  readonly epoch: number;
}

async function begin(repository: string): Promise<Began> {
  const request = { spec: testSpec({ repository }), idempotencyKey: null, by: 'test' };
  const { run } = await acceptRun(database.queue, request);
  await database.shiftTime(1_000);
  const claim = (await claimAll(database.queue)).find(({ run: { id } }) => id === run.id);
  if (!claim) throw new Error('the run was not claimed');
  return claim;
}

async function succeed({ run, epoch }: Began, took: [Stage, number][]): Promise<void> {
  const events = took.map(([stage, durationMs]) => ({
    type: 'stage.finished' as const,
    data: { stage, attempt: 1, durationMs },
  }));
  await database.store.db.transaction().execute((tx) => appendEvents(tx, run.id, events));
  await settleRun(database.queue, {
    runId: run.id,
    epoch,
    outcome: 'succeeded',
    error: null,
    delivery,
    attempts: 1,
  });
  await database.shiftTime(1_000);
}

it('O3: the usual time of a stage is the median of earlier successful runs of the repository, all its attempts together', async () => {
  const late = await begin('/r/one');
  for (const ms of [100, 300, 900]) {
    await succeed(await begin('/r/one'), [
      ['implement', ms],
      ['implement', ms],
      ['test', 10],
    ]);
  }
  await succeed(await begin('/r/other'), [['implement', 7]]);
  const { run } = await begin('/r/one');
  const expected = { ms: { implement: 600, test: 10 }, runs: 3 };
  expect(await usualStageTimes(database.store.db, run)).toEqual(expected);
  await succeed(late, [['implement', 100_000]]);
  expect(await usualStageTimes(database.store.db, run), 'not what ended after it began').toEqual(expected);
  const { run: first } = await begin('/r/new');
  expect(await usualStageTimes(database.store.db, first)).toEqual({ ms: {}, runs: 0 });
});
