import { randomBytes } from 'node:crypto';
import { readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Layout } from './layout.ts';
import { askServer, STARTED_BY } from './server-connection.ts';
import type { RunTool } from './tools.ts';

const START_LIMIT_MS = 20_000;
/** Recovery after a crash replays at most max_wal_size; a server that is at it is waited for longer. */
const RECOVERY_LIMIT_MS = 120_000;
const ASK_AGAIN_MS = 15;
/** After a start nobody listens on the socket for some milliseconds; after this long the start is tried again. */
const START_AGAIN_MS = 1_000;

/**
 * Starts the server and waits until it takes connections. True when it was this call that started it, false when another process was
 * quicker. It keeps running when this process dies.
 */
export async function startServer(layout: Layout, config: pg.PoolConfig, run: RunTool): Promise<boolean> {
  const startedBy = randomBytes(8).toString('hex');
  const begun = Date.now();
  let lastStart = 0;
  let output = 'It gave no answer.';
  await rotateLog(layout.logFile);
  for (;;) {
    const state = await askServer(layout, config);
    if (state.kind === 'ready') return state.startedBy === startedBy;
    const limit = state.kind === 'busy' ? RECOVERY_LIMIT_MS : START_LIMIT_MS;
    if (Date.now() - begun > limit) throw await startFailed(layout, output);
    if (state.kind === 'absent' && Date.now() - lastStart > START_AGAIN_MS) {
      // A second server on one cluster refuses itself by its lock file, so trying is safe; the file itself is never touched.
      const started = await run('pg_ctl', startArgs(layout, startedBy), START_LIMIT_MS);
      lastStart = Date.now();
      output = started.output;
    }
    await delay(ASK_AGAIN_MS);
  }
}

/** Small, because one person's machine runs it beside the agents; durable, because a promise hangs on every commit. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '32MB',
  max_connections: '40',
  max_worker_processes: '2',
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

function startArgs(layout: Layout, startedBy: string): string[] {
  const settings = { ...SETTINGS, unix_socket_directories: layout.socketDir, [STARTED_BY]: startedBy };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${shellQuoted(value)}`);
  return ['start', '-W', '-D', layout.cluster, '-l', layout.logFile, '-o', options.join(' ')];
}

/** pg_ctl hands the options to a shell. */
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

const LARGEST_LOG_BYTES = 5 * 1024 * 1024;

async function rotateLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => null))?.size ?? 0;
  if (size > LARGEST_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}

async function startFailed(layout: Layout, output: string): Promise<Error> {
  const log = await readFile(layout.logFile, 'utf8').catch(() => '');
  const { root: folder, logFile } = layout;
  return runyardError('store.embedded-start-failed', {
    folder,
    logFile,
    output: `${output}\n${log.slice(-1_500)}`.trim(),
  });
}
