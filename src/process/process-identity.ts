import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcess, treeOf } from './process-table.ts';
import { sendSignal } from './send-signal.ts';

/** A process for good: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Digits only. Linux: clock ticks since boot; elsewhere: seconds since 1970. */
  readonly startTime: string;
}

/** null when there is no such process, or it has ended and only waits to be reaped. */
export function processIdentity(pid: number): ProcessIdentity | null {
  if (process.platform !== 'linux') return identityByPs(pid);
  const row = readProcess(pid);
  return row === null || isDead(row.state) ? null : { pid, startTime: row.startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return processIdentity(identity.pid)?.startTime === identity.startTime;
}

const GONE_AFTER_MS = 5000;
const POLL_MS = 10;

/**
 * Kills a process of an earlier life of this program with everything that descends from it. Does nothing if the pid belongs to
 * another process by now. Resolves when it is gone (true), or still there after five seconds (false).
 */
export async function killTree(identity: ProcessIdentity): Promise<boolean> {
  const deadline = Date.now() + GONE_AFTER_MS;
  const members = isAlive(identity)
    ? treeOf(identity.pid).map(({ pid, startTime }) => ({ pid, startTime }))
    : [];
  while (Date.now() < deadline) {
    const alive = [identity, ...members].filter(isAlive);
    if (alive.length === 0) return true;
    for (const { pid } of alive) sendSignal(pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
  return false;
}

function isDead(state: string): boolean {
  return state === 'Z' || state === 'X';
}

function identityByPs(pid: number): ProcessIdentity | null {
  try {
    const started = Date.parse(
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        timeout: 2000,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    return Number.isNaN(started) ? null : { pid, startTime: String(started / 1000) };
  } catch {
    return null;
  }
}
