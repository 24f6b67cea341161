import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runyardError, toErrorData } from '../../src/domain/errors/runyard-error.ts';
import type { RunSpec } from '../../src/domain/run.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { type ListRuns, listRuns } from '../../src/store/list-runs.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;
const ids: Record<string, string> = {};

async function accept(name: string, changes: Partial<RunSpec> = {}): Promise<void> {
  const { run } = await acceptRun(database.queue, {
    spec: testSpec(changes),
    idempotencyKey: null,
    by: 'test',
  });
  ids[name] = run.id;
  await database.shiftTime(60_000);
}

const ticket = (key: string | null, title: string, body = '') => ({ key, title, body });

beforeAll(async () => {
  database = await startTestDatabase();
  await accept('failed', { repository: '/r/one', ticket: ticket('AB-1', 'The login page is slow') });
  for (const { run, epoch } of await claimAll(database.queue)) {
    const error = toErrorData(runyardError('run.unexpected', { detail: 'test' }));
    await settleRun(database.queue, {
      runId: run.id,
      epoch,
      outcome: 'failed',
      error,
      delivery: null,
      attempts: 1,
    });
  }
  await accept('shop', {
    repository: '/r/two',
    ticket: ticket('AB-2', "Shop's basket v1.2 forgets", 'Straße, naïve café'),
  });
  await accept('other', {
    repository: '/r/two',
    ticket: ticket(null, 'Nothing special', `see src/login-form.ts ${'x'.repeat(30_000)}`),
    ladder: [{ agent: 'command:/bin/true', model: null, attempts: 1 }],
  });
});
afterAll(() => database.close());

async function named(list: Omit<ListRuns, 'limit'>, limit = 10): Promise<string[]> {
  const byId = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  return (await listRuns(database.store.db, { limit, ...list })).map(({ id }) => byId.get(id) ?? id);
}

describe('runs are narrowed down', () => {
  it('by state, repository, ticket, agent and error, each alone and together', async () => {
    expect(await named({})).toEqual(['other', 'shop', 'failed']);
    expect(await named({ states: ['failed', 'cancelled'] })).toEqual(['failed']);
    expect(await named({ states: ['queued', 'failed'] })).toEqual(['other', 'shop', 'failed']);
    expect(await named({ repository: '/r/two' })).toEqual(['other', 'shop']);
    expect(await named({ ticket: 'AB-2' })).toEqual(['shop']);
    expect(await named({ agent: 'command:/bin/true' })).toContain('other');
    expect(await named({ error: 'run.unexpected' })).toEqual(['failed']);
    expect(await named({ repository: '/r/two', ticket: 'AB-1' })).toEqual([]);
  });

  it('by the time they were accepted', async () => {
    const [shop] = await listRuns(database.store.db, { limit: 1, ticket: 'AB-2' });
    const at = shop?.createdAt;
    expect(await named({ since: at })).toEqual(['other', 'shop']);
    expect(await named({ until: at })).toEqual(['failed']);
  });

  it('by words of the ticket, the last of them unfinished, or the start of an id', async () => {
    expect(await named({ text: 'login' })).toEqual(['other', 'failed']);
    expect(await named({ text: 'page LOG' })).toEqual(['failed']);
    expect(await named({ text: 'ab-2' })).toEqual(['shop']);
    expect(await named({ text: 'v1.2' })).toEqual(['shop']);
    expect(await named({ text: 'straße naïve' })).toEqual(['shop']);
    expect(await named({ text: ids['shop']?.slice(0, 6) ?? '' })).toEqual(['shop']);
  });

  it('by hostile text, which finds nothing and breaks nothing', async () => {
    for (const text of ["'", "';drop table runs", '\\', '& | !', '%', ':*', '\0', '(((', "a'b\\"])
      expect(await named({ text }), text).toEqual([]);
    expect(await named({ repository: "' or true --" })).toEqual([]);
  });

  it('page by page', async () => {
    expect(await named({ repository: '/r/two' }, 1)).toEqual(['other']);
    expect(await named({ repository: '/r/two', before: ids['other'] }, 1)).toEqual(['shop']);
    expect(await named({ repository: '/r/two', before: ids['shop'] }, 1)).toEqual([]);
  });
});
