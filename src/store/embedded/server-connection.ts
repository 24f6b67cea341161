import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { messageOf, runyardError } from '../../domain/errors/runyard-error.ts';
import { SUPERUSER } from './create-cluster.ts';
import { type Layout, SOCKET_PORT } from './layout.ts';

/** `absent`: nobody listens. `busy`: a server is there but does not take connections yet, or no more of them. */
export type ServerState =
  | { readonly kind: 'absent' | 'busy' }
  | { readonly kind: 'ready'; readonly startedBy: string };

/** The setting that carries who started the running server; set on its command line. */
export const STARTED_BY = 'runyard.started_by';

/** How to connect; null while there is no cluster. */
export async function connectionOf(layout: Layout): Promise<pg.PoolConfig | null> {
  const password = await readFile(layout.passwordFile, 'utf8').catch(() => null);
  if (password === null) return null;
  return {
    host: layout.socketDir,
    port: SOCKET_PORT,
    user: SUPERUSER,
    password: password.trim(),
    database: 'postgres',
  };
}

/** Runs a query on a connection of its own. */
export async function queryOnce<T extends pg.QueryResultRow>(
  config: pg.PoolConfig,
  sql: string,
): Promise<T[]> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Asks the socket, not a pid file: a pid can belong to a dead or to another process. A server that answers must be the one of this
 * cluster, or `store.embedded-foreign-server` is thrown.
 */
export async function askServer(layout: Layout, config: pg.PoolConfig): Promise<ServerState> {
  try {
    const [row] = await queryOnce<{ folder: string; started_by: string | null }>(
      config,
      `select current_setting('data_directory') as folder, current_setting('${STARTED_BY}', true) as started_by`,
    );
    await checkFolder(layout, row?.folder ?? '');
    return { kind: 'ready', startedBy: row?.started_by ?? '' };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return { kind: 'absent' };
    if (typeof code === 'string' && WRONG_LOGIN.has(code)) throw foreign(layout, messageOf(error), error);
    if (typeof code === 'string' && code.startsWith('store.')) throw error;
    return { kind: 'busy' };
  }
}

/** invalid_password, invalid_authorization_specification. */
const WRONG_LOGIN: ReadonlySet<string> = new Set(['28P01', '28000']);

async function checkFolder(layout: Layout, folder: string): Promise<void> {
  const found = await realpath(folder).catch(() => folder);
  if (found !== layout.cluster) throw foreign(layout, `It serves ${found}, not ${layout.cluster}.`);
}

function foreign(layout: Layout, detail: string, cause?: unknown): Error {
  const socket = path.join(layout.socketDir, `.s.PGSQL.${SOCKET_PORT}`);
  return runyardError('store.embedded-foreign-server', { socket, detail }, cause);
}
