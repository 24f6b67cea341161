import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Layout } from './layout.ts';
import { askServer, queryOnce } from './server-connection.ts';
import type { RunTool } from './tools.ts';

const FAST_LIMIT_SECONDS = 15;
const IMMEDIATE_LIMIT_SECONDS = 10;
const GONE_LIMIT_MS = 5_000;
/** Connections that were just closed are still listed for a moment. */
const OTHERS_LEAVE_MS = 500;
const POLL_MS = 10;

/** Ends the server and waits until its process is gone. Nothing to do when nobody listens. */
export async function stopServer(layout: Layout, config: pg.PoolConfig, run: RunTool): Promise<void> {
  // The pid file is believed only after the server answered: then it was written by the server that is alive.
  const state = await askServer(layout, config);
  if (state.kind === 'absent') return;
  const pid = await readPid(layout);
  const stopped = await pgCtlStop(layout, run, ['-m', 'fast', '-t', String(FAST_LIMIT_SECONDS)]);
  // `immediate` leaves out the last checkpoint; the next start replays the log. Nothing acknowledged is lost.
  if (!stopped) await pgCtlStop(layout, run, ['-m', 'immediate', '-t', String(IMMEDIATE_LIMIT_SECONDS)]);
  const deadline = Date.now() + GONE_LIMIT_MS;
  while ((await askServer(layout, config)).kind !== 'absent' || (await isAlive(pid))) {
    if (Date.now() > deadline) {
      throw runyardError('store.embedded-stop-failed', { folder: layout.root, logFile: layout.logFile });
    }
    await delay(POLL_MS);
  }
}

/** Whether some other client is connected, such as a server of ours that was not started by this process. */
export async function isUsedByOthers(config: pg.PoolConfig): Promise<boolean> {
  const deadline = Date.now() + OTHERS_LEAVE_MS;
  for (;;) {
    const [row] = await queryOnce<{ others: string }>(
      config,
      `select count(*) as others from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    ).catch(() => []);
    if (!row || Number(row.others) === 0) return false;
    if (Date.now() > deadline) return true;
    await delay(POLL_MS * 5);
  }
}

async function pgCtlStop(layout: Layout, run: RunTool, mode: readonly string[]): Promise<boolean> {
  const limitMs = (FAST_LIMIT_SECONDS + IMMEDIATE_LIMIT_SECONDS) * 1000;
  const { exitCode } = await run('pg_ctl', ['stop', '-D', layout.cluster, '-w', ...mode], limitMs);
  return exitCode === 0;
}

async function readPid(layout: Layout): Promise<string | null> {
  const file = await readFile(path.join(layout.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return /^(\d+)\n/.exec(file)?.[1] ?? null;
}

/** Linux only; elsewhere the closed socket has to do. A zombie is gone: nobody may be there to collect it. */
async function isAlive(pid: string | null): Promise<boolean> {
  if (pid === null) return false;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) [^ZX] /.test(stat);
}
