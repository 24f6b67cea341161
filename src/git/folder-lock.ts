import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { isAlive, processIdentity } from '../process/process-identity.ts';

/*
 * A lock between processes of one host: a file that names its holder by pid and start time. It appears complete or not at all (link), so
 * whoever sees it can tell whether its holder lives. Removing a dead holder's lock is itself done under a lock, and looked at again
 * there, so a new holder's lock is never removed.
 */

const POLL_MS = 20;
/** Removing a stale lock takes no time; whoever holds that right for this long has died with it. */
const REMOVAL_STALE_MS = 10_000;

let takenHere = 0;

/** Runs `work` while holding `lockPath`; waits for another live holder at most `waitMs`. */
export async function withFolderLock<T>(
  lockPath: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = Date.now() + waitMs;
  while (!tryTake(lockPath)) {
    removeIfStale(lockPath);
    if (Date.now() > deadline) {
      throw runyardError('git.locked', {
        path: lockPath,
        detail: `It is held by process ${holderOf(lockPath)}.`,
      });
    }
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

/** Removes locks in a folder whose holders are dead: whoever wanted one next would do it, but perhaps nobody comes. */
export function removeStaleLocks(folder: string): void {
  for (const name of namesIn(folder)) {
    if (name.endsWith('.lock')) removeIfStale(path.join(folder, name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function tryTake(lockPath: string): boolean {
  takenHere += 1;
  const draft = `${lockPath}.${process.pid}.${takenHere}`;
  const self = processIdentity(process.pid);
  writeFileSync(draft, `${process.pid} ${self?.startTime ?? '0'}`);
  try {
    linkSync(draft, lockPath);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeIfStale(lockPath: string): void {
  if (!isStale(lockPath)) return;
  const right = `${lockPath}.removal`;
  try {
    mkdirSync(right);
  } catch {
    const since = statSync(right, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > REMOVAL_STALE_MS) rmSync(right, { recursive: true, force: true });
    return;
  }
  if (isStale(lockPath)) rmSync(lockPath, { force: true });
  rmdirSync(right);
}

function isStale(lockPath: string): boolean {
  const [pid, startTime] = holderOf(lockPath).split(' ');
  if (pid === undefined || startTime === undefined) return false;
  return !isAlive({ pid: Number(pid), startTime });
}

function holderOf(lockPath: string): string {
  try {
    return readFileSync(lockPath, 'utf8');
  } catch {
    return '';
  }
}
