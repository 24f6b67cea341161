import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../../src/store/embedded/embedded-database.ts';

/** A PostgreSQL server that belongs to nobody's data folder. */
export interface ExternalDatabase {
  /** For `database.url`. */
  readonly url: string;
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
/** nobody: PostgreSQL refuses to run as root. */
const ORDINARY_USER = 65_534;

/** tools/bootstrap installs it where it can. */
export const hasDebianPostgres = existsSync(DEBIAN_15);

/** Debian's server where it is installed, else the one Runyard brings. */
export const startSomePostgres = () => (hasDebianPostgres ? startDebianPostgres() : startPostgres18());

/** Debian's PostgreSQL 15 (package postgresql-15), as an ordinary user, on a free port of 127.0.0.1. */
export async function startDebianPostgres(): Promise<ExternalDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const asUser = isRoot ? { uid: ORDINARY_USER, gid: ORDINARY_USER } : {};
  if (isRoot) await chown(folder, ORDINARY_USER, ORDINARY_USER);
  const data = path.join(folder, 'data');
  const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' }, ...asUser };
  const initdb = spawnSync(
    path.join(DEBIAN_15, 'initdb'),
    ['-D', data, '-U', 'runyard', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions'],
    { ...options, encoding: 'utf8', timeout: 60_000 },
  );
  if (initdb.status !== 0) throw new Error(`initdb: ${initdb.error?.message ?? initdb.stderr}`);
  const port = await freePort();
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'fsync=off',
  ];
  const server = spawn(path.join(DEBIAN_15, 'postgres'), args, { ...options, stdio: 'ignore' });
  const url = `postgres://runyard@127.0.0.1:${port}/postgres`;
  return external(url, async () => {
    await ended(server);
    await rm(folder, { recursive: true, force: true });
  });
}

/** The PostgreSQL 18 that Runyard brings, used as if it were somebody's server. */
export async function startPostgres18(): Promise<ExternalDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-postgres-'));
  await chmod(folder, 0o700);
  const database = await startEmbeddedDatabase({ dataDir: folder });
  const { host, user, password } = database.connection;
  const url = `postgres://${user}:${encodeURIComponent(String(password))}@localhost/postgres?host=${encodeURIComponent(String(host))}`;
  return external(url, async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

async function external(connectionString: string, stop: () => Promise<void>): Promise<ExternalDatabase> {
  const pool = new pg.Pool({ connectionString, max: 2 });
  pool.on('error', () => undefined);
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    try {
      await pool.query('select 1');
      break;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await delay(50);
    }
  }
  return {
    url: connectionString,
    query: async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<T>(sql, values)).rows,
    async close() {
      await pool.end();
      await stop();
    },
  };
}

/** Fast shutdown; killed if that takes too long. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGINT');
  const timer = setTimeout(() => server.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
