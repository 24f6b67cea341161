import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyResponseSchema } from '../../src/api/contract.ts';
import { createReadiness, type ReadinessParts } from '../../src/app/readiness.ts';
import { openStore } from '../../src/store/store.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await startTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-ready-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function look(changes: Partial<ReadinessParts> = {}) {
  const parts = { store: database.store, dataFolder: folder, accepting: () => true, short: () => [] };
  const answer = await createReadiness({ ...parts, loopQuietMs: () => 100, ...changes })();
  const { status, checks } = readyResponseSchema.parse(answer);
  const failing = checks.filter((check) => check.status === 'failing');
  return { status, failing: failing.map(({ name, what }) => [name, what]) };
}

describe('readiness', () => {
  it('O5: is there when every dependency answers, and leaves nothing behind', async () => {
    expect(await look()).toEqual({ status: 'ready', failing: [] });
    expect(await look({ loopQuietMs: () => null })).toEqual({ status: 'ready', failing: [] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('O5: is not there while the node ends, its loop stands still or space is short, and says which', async () => {
    const short = () => [{ what: 'disk' as const, freeBytes: 1024 * 1024, neededBytes: 1024 * 1024 * 1024 }];
    expect(await look({ accepting: () => false, short, loopQuietMs: () => 60_000 })).toEqual({
      status: 'not-ready',
      failing: [
        ['accepting', 'It takes no new runs: it is ending.'],
        ['data-folder', 'It has too little space: 1 MB of 1024 MB.'],
        ['scheduler', 'It has not come round for 1m 00s.'],
      ],
    });
  });

  it('O5: is not there when the data folder is gone; the answer does not say where it was', async () => {
    const answer = await look({ dataFolder: path.join(folder, 'not-there') });
    expect(answer).toEqual({ status: 'not-ready', failing: [['data-folder', 'It failed with ENOENT.']] });
  });

  it('O5: is not there with the schema of another version, or when the database is away', async () => {
    const { pool } = database.store;
    await pool.query(`insert into runyard_migrations (version, name, checksum) values (9999, 'later', 'x')`);
    const newer = await look();
    await pool.query('delete from runyard_migrations where version = 9999');
    expect(newer).toMatchObject({
      status: 'not-ready',
      failing: [['migrations', expect.stringContaining('9999')]],
    });
    const gone = await openStore(database.connection);
    await gone.close();
    expect((await look({ store: gone })).failing.map(([name]) => name)).toEqual(['database', 'migrations']);
  });
});
