import { readdirSync, readlinkSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { isWithin } from '../process/sandbox-host.ts';

export interface LockPatience {
  /** A lock younger than this is never touched. */
  readonly staleAfterMs: number;
  /** How long a lock of somebody alive is waited for. */
  readonly waitMs: number;
}

export const ownPatience: LockPatience = { staleAfterMs: 10_000, waitMs: 15_000 };
/** Of other people's repositories no lock is ever removed. */
export const foreignPatience: LockPatience = { staleAfterMs: Number.POSITIVE_INFINITY, waitMs: 3000 };
const POLL_MS = 50;

/**
 * Runs a git command in a repository of ours, again while it is locked. A lock that is old and that no process has open was left by
 * one that died: it is removed. A lock of somebody alive is waited for, never taken.
 */
export async function retryWhileLocked<T>(
  gitDir: string,
  attempt: () => Promise<T>,
  patience: LockPatience,
): Promise<T> {
  const deadline = Date.now() + patience.waitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const path = lockOf(error);
      if (path === null || !isWithin(path, gitDir) || Date.now() > deadline) throw error;
      if (isStale(path, patience.staleAfterMs)) removeStale(path);
      else await sleep(POLL_MS);
    }
  }
}

function lockOf(error: unknown): string | null {
  if (!(error instanceof RunyardError) || error.code !== 'git.locked') return null;
  return String(error.fields['path']);
}

function isStale(path: string, staleAfterMs: number): boolean {
  const lock = statSync(path, { throwIfNoEntry: false });
  return lock !== undefined && Date.now() - lock.mtimeMs > staleAfterMs && !isOpenSomewhere(lock.ino, path);
}

/** Only the very file that was judged stale: a lock that was made in its place a moment ago is put back. */
function removeStale(path: string): void {
  const judged = statSync(path, { throwIfNoEntry: false })?.ino;
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    if (statSync(aside).ino === judged) rmSync(aside);
    else renameSync(aside, path);
  } catch {
    // Somebody else removed it first; the next attempt shows.
  }
}

/** git keeps its lock file open while it works. Without /proc nothing can be seen, so nothing is called stale. */
function isOpenSomewhere(inode: number, path: string): boolean {
  const pids = entriesOf('/proc').filter((name) => /^\d+$/.test(name));
  if (pids.length === 0) return true;
  return pids.some((pid) => {
    const folder = join('/proc', pid, 'fd');
    return entriesOf(folder).some((fd) => leadsTo(join(folder, fd), inode, path));
  });
}

function leadsTo(descriptor: string, inode: number, path: string): boolean {
  try {
    return readlinkSync(descriptor) === path || statSync(descriptor).ino === inode;
  } catch {
    return false;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
