import type pg from 'pg';
import { messageOf, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { type Migration, readMigrations } from './migrations.ts';

/** Chosen at random once; PostgreSQL advisory locks are told apart by number alone. */
const MIGRATION_LOCK = 2_093_871_004;

interface Applied {
  readonly version: number;
  readonly checksum: string;
}

/**
 * Applies what is missing, all of it or nothing. Safe when several processes start at once: the first one migrates under an advisory
 * lock, the others wait and find nothing to do.
 */
export async function migrate(pool: pg.Pool, migrations?: readonly Migration[]): Promise<void> {
  const known = migrations ?? (await readMigrations());
  // Without a lock first: at nearly every start there is nothing to do.
  if (pendingOf(known, await readApplied(pool)).length === 0) return;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(CREATE_MIGRATIONS_TABLE);
    for (const migration of pendingOf(known, await readApplied(client))) await apply(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const CREATE_MIGRATIONS_TABLE = `
  create table if not exists runyard_migrations (
    version int primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
  )`;

async function readApplied(db: pg.Pool | pg.PoolClient): Promise<Applied[]> {
  const { rows: found } = await db.query<{ present: boolean }>(
    `select to_regclass('runyard_migrations') is not null as present`,
  );
  if (found[0]?.present !== true) return [];
  const { rows } = await db.query<Applied>(
    'select version, checksum from runyard_migrations order by version',
  );
  return rows;
}

/** What is still to be applied. Throws when the database was made by a newer or by another build. */
function pendingOf(known: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > known.length) {
    throw runyardError('store.schema-newer', { found: newest, known: known.length });
  }
  for (const { version, checksum } of applied) {
    const migration = known[version - 1];
    if (migration && migration.checksum !== checksum) {
      throw runyardError('store.migration-changed', { migration: migration.name });
    }
  }
  return known.slice(newest);
}

async function apply(client: pg.PoolClient, { version, name, checksum, sql }: Migration): Promise<void> {
  try {
    await client.query(sql);
    await client.query('insert into runyard_migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      checksum,
    ]);
  } catch (error) {
    if (error instanceof RunyardError) throw error;
    throw runyardError('store.migration-failed', { migration: name, detail: messageOf(error) }, error);
  }
}
