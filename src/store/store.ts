import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { createListener } from './listener.ts';
import { migrate } from './migrate.ts';
import { preparedPool } from './prepared-pool.ts';
import type { Database } from './schema.ts';

/** One connection of the pool, for what belongs to a session. */
export type StoreConnection = pg.PoolClient;

export interface Store {
  readonly db: Kysely<Database>;
  readonly pool: pg.Pool;
  /**
   * Calls back for every notification on the channel, and with an empty payload when notifications may have been missed (the
   * connection was lost and is there again): then look at everything. Resolves when listening; call the result to stop.
   */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Connections that broke while nobody used them. They are replaced; this is for the log. */
  readonly onError?: (error: Error) => void;
  /** Default true. False for a pooler that does not keep them. */
  readonly preparedStatements?: boolean;
}

/** Connects and brings the schema up to date. Rejects with a `store.*` error; nothing stays open then. */
export async function openStore(connection: pg.PoolConfig, options: StoreOptions = {}): Promise<Store> {
  const config = { ...poolDefaults, ...connection };
  const { onError = () => undefined, preparedStatements: prepares = true } = options;
  const pool = new pg.Pool(config);
  // A connection can die while it is idle (the pool tells) and while a transaction holds it (only the connection tells). Unheard, the
  // second would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined);
  try {
    await checkServer(pool, config);
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: prepares ? preparedPool(pool) : pool }),
  });
  const listener = createListener(config, onError);
  return {
    db,
    pool,
    listen: listener.listen,
    async close() {
      await listener.close();
      await db.destroy();
      // Kysely ends the pool only if it was ever used.
      if (!pool.ending) await pool.end();
    },
  };
}

/** As PostgreSQL counts: major version times 10,000. */
const OLDEST_SERVER = 150_000;

const numbers = new pg.TypeOverrides();
// Counters and amounts of money: all within what a double holds exactly enough.
numbers.setTypeParser(pg.types.builtins.INT8, Number);
numbers.setTypeParser(pg.types.builtins.NUMERIC, Number);

const poolDefaults: pg.PoolConfig = {
  application_name: 'runyard',
  // A statement may be sent while the one before it is not answered yet; each still fails or succeeds alone.
  pipeline: true,
  // What Runyard asks for is few rows of tables that change all the time. A bitmap scan reads what is dead anew each time, an index scan
  // marks it. Where only a bitmap scan is possible it is still made. Nor does any question gain from helpers: starting them takes longer.
  options: '-c enable_bitmapscan=off -c max_parallel_workers_per_gather=0',
  max: 10,
  connectionTimeoutMillis: 10_000,
  // No query of Runyard takes this long; a wait without an end is worse than an error (S2).
  statement_timeout: 60_000,
  lock_timeout: 20_000,
  // A node that is frozen in a transaction has locked what others need: they wait for it no longer than for its lease.
  idle_in_transaction_session_timeout: 15_000,
  types: numbers,
};

async function checkServer(pool: pg.Pool, config: pg.PoolConfig): Promise<void> {
  const { number, version } = await askVersion(pool, config);
  if (number >= OLDEST_SERVER) return;
  throw runyardError('store.unsupported-version', { server: serverOf(config), found: version });
}

async function askVersion(
  pool: pg.Pool,
  config: pg.PoolConfig,
): Promise<{ number: number; version: string }> {
  try {
    const sql = `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`;
    const { rows } = await pool.query<{ number: number; version: string }>(sql);
    return rows[0] ?? { number: 0, version: 'of an unknown version' };
  } catch (error) {
    const detail = error instanceof Error ? error.message || error.name : String(error);
    throw runyardError('store.unreachable', { server: serverOf(config), detail }, error);
  }
}

/** Where the server is, without user and password. */
function serverOf({ connectionString, host, port }: pg.PoolConfig): string {
  if (!connectionString) return `${host ?? 'localhost'}:${port ?? 5432}`;
  return URL.canParse(connectionString) ? new URL(connectionString).host : 'the configured address';
}
