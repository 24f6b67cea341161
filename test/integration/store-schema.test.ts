import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/store/migrate.ts';
import { readMigrations } from '../../src/store/migrations.ts';
import { schemaVersion } from '../../src/store/schema-version.ts';
import { openStore } from '../../src/store/store.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

const run = promisify(execFile);

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

let emptyDatabases = 0;

/** A connection to an empty database on the test's server. */
async function emptyDatabase(): Promise<pg.PoolConfig> {
  emptyDatabases += 1;
  const name = `empty_${emptyDatabases}`;
  await database.store.pool.query(`create database ${name}`);
  return { ...database.connection, database: name };
}

async function withPool<T>(config: pg.PoolConfig, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool(config);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

describe('migrate', () => {
  it('brings two processes that start at once to the same schema', async () => {
    const connection = await emptyDatabase();
    const file = path.resolve('src/store/store.ts');
    const code = `
      import { openStore } from ${JSON.stringify(file)};
      const store = await openStore(JSON.parse(process.env.CONNECTION));
      console.log((await store.db.selectFrom('runyard_migrations').select('version').execute()).length);
      await store.close();`;
    const env = { CONNECTION: JSON.stringify(connection) };
    const start = () => run(process.execPath, ['--input-type=module', '-e', code], { env });
    const outputs = await Promise.all([start(), start(), start()]);
    const expected = String((await readMigrations()).length);
    expect(outputs.map(({ stdout }) => stdout.trim())).toEqual([expected, expected, expected]);
  });

  it('refuses a schema that is newer than the code', async () => {
    const connection = await emptyDatabase();
    const known = await readMigrations();
    await withPool(connection, async (pool) => {
      await migrate(pool, known);
      await pool.query(`insert into runyard_migrations (version, name, checksum) values ($1, 'later', 'x')`, [
        known.length + 1,
      ]);
    });
    await expect(openStore(connection)).rejects.toMatchObject({
      code: 'store.schema-newer',
      fields: { found: known.length + 1, known: known.length },
    });
  });

  it('refuses a database that another build of a migration made', async () => {
    const connection = await emptyDatabase();
    await withPool(connection, async (pool) => {
      await migrate(pool);
      await pool.query(`update runyard_migrations set checksum = 'edited' where version = 2`);
    });
    await expect(openStore(connection)).rejects.toMatchObject({ code: 'store.migration-changed' });
  });

  it('leaves everything as it was when a migration fails', async () => {
    const connection = await emptyDatabase();
    const known = await readMigrations();
    const broken = {
      version: known.length + 1,
      name: 'broken.sql',
      sql: 'create table half (n int); select 1/0',
      checksum: 'x',
    };
    await withPool(connection, async (pool) => {
      await expect(migrate(pool, [...known, broken])).rejects.toMatchObject({
        code: 'store.migration-failed',
      });
      const { rows } = await pool.query(`select to_regclass('runs') as runs, to_regclass('half') as half`);
      expect(rows).toEqual([{ runs: null, half: null }]);
      await migrate(pool, known);
    });
  });

  it('D5: makes the schema for a user who may not create roles', async () => {
    const connection = await emptyDatabase();
    await database.store.pool.query(`create role plain login password 'plain'`);
    await database.store.pool.query(`alter database ${connection.database} owner to plain`);
    await database.store.pool.query('alter role runyard_app rename to somebody_else');
    const store = await openStore({ ...connection, user: 'plain', password: 'plain' });
    expect(await schemaVersion(store.db)).toBe((await readMigrations()).length);
    await store.close();
  });

  it('says where it tried to connect, without the password, when nobody is there', async () => {
    const url = 'postgres://someone:geheim@127.0.0.1:1/none';
    const error: unknown = await openStore({ connectionString: url }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'store.unreachable', fields: { server: '127.0.0.1:1' } });
    expect(JSON.stringify(error)).not.toContain('geheim');
  });
});

describe('schema.ts', () => {
  it('names exactly the columns the migrations make', async () => {
    const source = await readFile('src/store/schema.ts', 'utf8');
    for (const table of ['runs', 'run_events', 'checkpoints', 'model_calls', 'outbox_effects', 'resources']) {
      const type = table.replaceAll(/(?:^|_)(\w)/g, (_all, letter: string) => letter.toUpperCase());
      const body = new RegExp(`interface ${type}Table \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
      const declared = [...body.matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]);
      const { rows } = await sql<{ column_name: string }>`
        select column_name from information_schema.columns where table_schema = 'public' and table_name = ${table}
        order by ordinal_position`.execute(database.store.db);
      expect(declared, table).toEqual(rows.map((row) => row.column_name));
    }
  });
});

describe('listen', () => {
  it('tells of notifications, and after a lost connection that some may have been missed', async () => {
    const heard: string[] = [];
    const stop = await database.store.listen('a channel', (payload) => heard.push(payload));
    const waitFor = (payload: string) => expect.poll(() => heard, { timeout: 10_000 }).toContain(payload);
    await database.store.pool.query(`select pg_notify('a channel', 'one')`);
    await waitFor('one');
    await database.store.pool.query(`
      select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and pid <> pg_backend_pid()`);
    await waitFor('');
    await database.store.pool.query(`select pg_notify('a channel', 'two')`);
    await waitFor('two');
    await stop();
    await database.store.pool.query(`select pg_notify('a channel', 'three')`);
    const other: string[] = [];
    await database.store.listen('another', (payload) => other.push(payload));
    await database.store.pool.query(`select pg_notify('another', 'last')`);
    await expect.poll(() => other, { timeout: 10_000 }).toEqual(['last']);
    expect(heard).not.toContain('three');
  });
});
