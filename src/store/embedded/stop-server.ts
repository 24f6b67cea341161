import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import type { Layout } from './layout.ts';
import { askServer, queryOnce } from './server-connection.ts';
import type { Tools } from './tools.ts';

const FAST_LIMIT_MS = 15_000;
const IMMEDIATE_LIMIT_MS = 10_000;
/** Connections that were just closed are still listed for a moment. */
const OTHERS_LEAVE_MS = 500;
const POLL_MS = 10;

/** Ends the server and waits until its process is gone. Nothing to do when nobody listens. */
export async function stopServer(layout: Layout, config: pg.PoolConfig, tools: Tools): Promise<void> {
  // The pid file is believed only after the server answered: then it was written by the server that is alive.
  if ((await askServer(layout, config)).kind === 'absent') return;
  const server = { layout, config, pid: await readPid(layout) };
  await tools.run('pg_ctl', ['stop', '-W', '-D', layout.cluster, '-m', 'fast'], FAST_LIMIT_MS);
  if (await isGoneWithin(server, FAST_LIMIT_MS)) return;
  // `immediate` leaves out the last checkpoint; the next start replays the log. Nothing acknowledged is lost.
  await tools.run('pg_ctl', ['stop', '-W', '-D', layout.cluster, '-m', 'immediate'], IMMEDIATE_LIMIT_MS);
  if (await isGoneWithin(server, IMMEDIATE_LIMIT_MS)) return;
  throw runyardError('store.embedded-stop-failed', { folder: layout.root, logFile: layout.logFile });
}

interface Server {
  readonly layout: Layout;
  readonly config: pg.PoolConfig;
  readonly pid: string | null;
}

async function isGoneWithin({ layout, config, pid }: Server, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while ((await askServer(layout, config)).kind !== 'absent' || (await isAlive(pid))) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
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
