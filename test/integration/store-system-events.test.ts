import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendSystemEvent } from '../../src/events/append-system-event.ts';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const started = (subject: string, occurrence?: string) =>
  ({
    type: 'node.started',
    subject,
    ...(occurrence === undefined ? {} : { occurrence }),
    data: { message: 'A node started.', host: 'here', pid: 1 },
  }) as const;

describe('system events', () => {
  it('are told once for each occurrence, whoever notices it, and listed the newest first', async () => {
    const { db } = database.store;
    const told = await Promise.all([1, 2, 3].map(() => appendSystemEvent(db, started('node:a', 'start-1'))));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await appendSystemEvent(db, started('node:a', 'start-2'))).toBe(true);
    expect(await appendSystemEvent(db, started('node:b'))).toBe(true);
    expect(await appendSystemEvent(db, started('node:b'))).toBe(true);
    const all = await readSystemEvents(db, { limit: 10 });
    expect(all.map(({ subject }) => subject)).toEqual(['node:b', 'node:b', 'node:a', 'node:a']);
    const page = await readSystemEvents(db, { limit: 10, before: all[2]?.id ?? 0, subject: 'node:a' });
    expect(page.map(({ occurrence }) => occurrence)).toEqual(['start-1']);
  });

  it('cannot be changed or removed', async () => {
    await appendSystemEvent(database.store.db, started('node:c'));
    const change = database.store.pool.query(`update system_events set type = 'x'`);
    await expect(change).rejects.toMatchObject({ code: 'RY004' });
    await expect(database.store.pool.query('delete from system_events')).rejects.toMatchObject({
      code: 'RY004',
    });
  });
});
