import { randomBytes } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Layout } from './layout.ts';
import { askServer, STARTED_BY } from './server-connection.ts';
import type { ServerProcess, Tools } from './tools.ts';

const START_LIMIT_MS = 20_000;
/** Recovery after a crash replays at most max_wal_size; a server that is at it is waited for longer. */
const RECOVERY_LIMIT_MS = 120_000;
const ASK_AGAIN_MS = 15;
/** Between two starts: after a crash the old server's children hold its memory for a moment, and a start is refused. */
const START_AGAIN_MS = 100;

/**
 * Starts the server and waits until it takes connections. True when it was this call that started it, false when another process was
 * quicker. It keeps running when this process dies.
 */
export async function startServer(layout: Layout, config: pg.PoolConfig, tools: Tools): Promise<boolean> {
  const startedBy = randomBytes(8).toString('hex');
  const begun = Date.now();
  let server: ServerProcess | null = null;
  await rotateLog(layout.logFile);
  for (;;) {
    const state = await askServer(layout, config);
    if (state.kind === 'ready') return state.startedBy === startedBy;
    const limit = state.kind === 'busy' ? RECOVERY_LIMIT_MS : START_LIMIT_MS;
    if (Date.now() - begun > limit) throw await startFailed(layout);
    if (state.kind === 'absent' && (server === null || server.hasExited())) {
      if (server) await delay(START_AGAIN_MS);
      // A second server on one cluster refuses itself, so trying is safe.
      server = await tools.serve(serverArgs(layout, startedBy), await ignoredPid(layout));
    }
    await delay(ASK_AGAIN_MS);
  }
}

/**
 * A server that was killed leaves its pid in a file, and PostgreSQL does not start while a process with that pid lives: in a container
 * the numbers come again soon, for other programs. If it is another program now, PostgreSQL is told to overlook that pid (the way its
 * own pg_ctl names its parent); it still refuses if the old server's shared memory is in use. The file itself is never touched.
 */
async function ignoredPid(layout: Layout): Promise<Record<string, string>> {
  const file = await readFile(path.join(layout.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = /^(\d+)\n/.exec(file)?.[1];
  if (!pid) return {};
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null);
  return program === null || program.trim() === 'postgres' ? {} : { PG_GRANDPARENT_PID: pid };
}

/** Small, because one person's machine runs it beside the agents; durable, because a promise hangs on every commit. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '32MB',
  max_connections: '40',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  // POSIX shared memory is left behind by kill -9, and systemd's RemoveIPC takes it away from under a running server.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  log_checkpoints: 'off',
  cluster_name: 'runyard',
};

function serverArgs(layout: Layout, startedBy: string): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: layout.socketDir, [STARTED_BY]: startedBy };
  return [
    '-D',
    layout.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

const LARGEST_LOG_BYTES = 5 * 1024 * 1024;
const SHOWN_LOG = 2_000;

async function rotateLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => null))?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}

async function startFailed({ root, logFile }: Layout): Promise<Error> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const output = log.slice(-SHOWN_LOG).trim() || 'It wrote nothing to its log.';
  return runyardError('store.embedded-start-failed', { folder: root, logFile, output });
}
