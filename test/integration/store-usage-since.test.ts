import { afterAll, beforeAll, expect, it } from 'vitest';
import { settleRun } from '../../src/queue/settle-run.ts';
import { databaseNow } from '../../src/store/database-now.ts';
import { recordModelCall } from '../../src/store/model-calls.ts';
import { usageSince } from '../../src/store/usage-since.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';
import { failure, modelCall, startRun } from './views-scene.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

it('what was used since then does not go down when a run ends that began before', async () => {
  const { db } = database.store;
  const { id, epoch } = await startRun(database);
  await recordModelCall(db, modelCall(id, { epoch }));
  const since = await databaseNow(db);
  const before = await usageSince(db, since);
  expect(before.usage.turns).toBe(1);
  const error = failure('run.unexpected');
  const ending = { outcome: 'failed', error, delivery: null, attempts: 1 } as const;
  await settleRun(database.queue, { runId: id, epoch, ...ending });
  expect((await usageSince(db, since)).usage).toEqual(before.usage);
});
