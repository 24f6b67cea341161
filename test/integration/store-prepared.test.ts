import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SENT_AHEAD } from '../../src/store/prepared-pool.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

const look = (store: Pick<Store, 'db'>, id: number) =>
  sql<{ id: number }>`select * from things where id = ${id}`.execute(store.db);

beforeEach(async () => {
  await sql`drop table if exists things`.execute(database.store.db);
  await sql`create table things (id int)`.execute(database.store.db);
  await sql`insert into things values (1), (2)`.execute(database.store.db);
});

/** Statements that this store has prepared and that name the table, of one session. */
async function preparedThings({ db }: Pick<Store, 'db'>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_prepared_statements where statement like '%from things%' and statement not like '%pg_prepared%'`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

async function withStore(options: { preparedStatements?: boolean }, use: (store: Store) => Promise<void>) {
  const store = await openStore({ ...database.connection, max: 1 }, options);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

describe('statements that come again', () => {
  it('are prepared, once a session', () =>
    withStore({}, async (store) => {
      await look(store, 1);
      expect(await preparedThings(store)).toBe(0);
      for (const id of [1, 2, 1]) expect((await look(store, id)).rows).toEqual([{ id }]);
      expect(await preparedThings(store)).toBe(1);
    }));

  it('are not where a pooler would not keep them', () =>
    withStore({ preparedStatements: false }, async (store) => {
      for (const id of [1, 2, 1]) await look(store, id);
      expect(await preparedThings(store)).toBe(0);
    }));

  it('do not fill the server: texts that differ each time are not prepared for ever', () =>
    withStore({}, async (store) => {
      for (let n = 0; n < 350; n += 1) {
        const text = sql<{ id: number }>`select id as ${sql.raw(`n${n}`)} from things where id = ${1}`;
        await text.execute(store.db);
        await text.execute(store.db);
      }
      expect(await preparedThings(store)).toBeLessThanOrEqual(300);
    }));

  it('answer on after a migration of another node changed the table', () =>
    withStore({}, async (store) => {
      for (const id of [1, 2, 1]) await look(store, id);
      await sql`alter table things add column name text`.execute(database.store.db);
      expect((await look(store, 1)).rows).toEqual([{ id: 1, name: null }]);
      expect((await look(store, 2)).rows).toEqual([{ id: 2, name: null }]);
    }));
});

describe('statements that are sent ahead', () => {
  const ahead = (id: number | string) => sql`${sql.raw(SENT_AHEAD)}insert into things values (${id}::int)`;

  it.each([true, false])('are done before the next one (prepared statements: %s)', (preparedStatements) =>
    withStore({ preparedStatements }, async ({ db }) => {
      for (const id of [3, 4, 5]) {
        const found = await db.transaction().execute(async (tx) => {
          await ahead(id).execute(tx);
          return sql`select * from things where id = ${id}`.execute(tx);
        });
        expect(found.rows).toEqual([{ id }]);
      }
    }),
  );

  it('fail the transaction with their own error, and not what comes after it', () =>
    withStore({}, async (store) => {
      const failing = store.db.transaction().execute(async (tx) => {
        await ahead('no number').execute(tx);
        await ahead(7).execute(tx);
        await sql`select 1`.execute(tx);
      });
      await expect(failing).rejects.toThrow('invalid input syntax for type integer: "no number"');
      const last = store.db.transaction().execute((tx) => ahead('nor this').execute(tx));
      await expect(last).rejects.toThrow('invalid input syntax for type integer: "nor this"');
      expect((await look(store, 7)).rows).toEqual([]);
    }));
});
