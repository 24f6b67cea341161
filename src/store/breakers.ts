import { type Selectable, sql } from 'kysely';
import { type Breaker, newBreaker } from '../domain/breaker.ts';
import type { Database, Db } from './schema.ts';
import { toJson, toText } from './to-json.ts';

/** A breaker as stored; `version` is 0 for one that is not stored yet. */
export interface StoredBreaker {
  readonly breaker: Breaker;
  readonly version: number;
  readonly credential: string | null;
}

export async function findBreaker(db: Db, key: string): Promise<StoredBreaker> {
  const row = await db.selectFrom('breakers').selectAll().where('key', '=', key).executeTakeFirst();
  return row ? stored(row) : { breaker: newBreaker(key), version: 0, credential: null };
}

/** In the order of their keys. */
export async function listBreakers(db: Db): Promise<StoredBreaker[]> {
  const rows = await db.selectFrom('breakers').selectAll().orderBy('key').execute();
  return rows.map(stored);
}

export interface BreakerSwap {
  readonly from: Pick<StoredBreaker, 'version'>;
  readonly to: Breaker;
}

/** Stores it if nobody has since `from` was read; gives the new version, or null. */
export async function swapBreaker(db: Db, { from, to }: BreakerSwap): Promise<number | null> {
  const row = {
    state: to.state,
    failures: to.failures,
    openings: to.openings,
    opened_at: to.openedAt,
    retry_at: to.retryAt,
    cause: to.cause && toJson(to.cause),
    probe_run_id: to.probeRunId,
    version: from.version + 1,
  };
  if (from.version === 0) {
    const inserted = await db
      .insertInto('breakers')
      .values({ key: toText(to.key), ...row })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n ? row.version : null;
  }
  const updated = await db
    .updateTable('breakers')
    .set(row)
    .where('key', '=', to.key)
    .where('version', '=', from.version)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n ? row.version : null;
}

/** True when another key was known before. */
export async function noteCredential(db: Db, key: string, credential: string): Promise<boolean> {
  const { rows } = await sql<{ before: string | null }>`
    with earlier as (select credential from breakers where key = ${key} for update)
    insert into breakers (key, credential) values (${key}, ${credential})
    on conflict (key) do update set credential = excluded.credential, version = breakers.version + 1
    returning (select credential from earlier) as before`.execute(db);
  const before = rows[0]?.before ?? null;
  return before !== null && before !== credential;
}

/** Whether the provider has ever answered a call properly. */
export async function hasWorked(db: Db, provider: string): Promise<boolean> {
  const row = await db
    .selectFrom('model_calls')
    .select('id')
    .where('provider', '=', provider)
    .where('status', '=', 'ok')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function stored(row: Selectable<Database['breakers']>): StoredBreaker {
  return {
    breaker: {
      key: row.key,
      state: row.state,
      failures: row.failures,
      openings: row.openings,
      openedAt: row.opened_at,
      retryAt: row.retry_at,
      cause: row.cause,
      probeRunId: row.probe_run_id,
    },
    version: row.version,
    credential: row.credential,
  };
}
