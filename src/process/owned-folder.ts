import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { isAlive, processIdentity } from './process-identity.ts';
import { processesWithVariable } from './process-table.ts';

let mark: string | undefined;

/**
 * A new temporary folder whose name says which process made it: `runyard-<kind>-<pid namespace>-<pid>-<start time>-<random>`. Throws
 * `host.no-temporary-folder`.
 */
export function makeOwnedFolder(kind: 'git' | 'verify', parent = tmpdir()): string {
  mark ??= `${pidNamespace()}-${process.pid}-${processIdentity(process.pid)?.startTime ?? '0'}-`;
  return inThere(parent, () => mkdtempSync(join(parent, `runyard-${kind}-${mark}`)));
}

const OURS = /^runyard-(?:git|verify)-/;
const OWNER = /-(\d+)-(\d+)-(\d+)-\w+$/;
/** Nothing is in use for so long. */
const ABANDONED_AFTER_MS = 24 * 3_600_000;

/**
 * Those whose process is gone. Of those it cannot tell (made in another container, which shares this folder), those that are a day old.
 */
export function findAbandonedFolders(now: Date, parent = tmpdir()): string[] {
  const namespace = pidNamespace();
  const isAbandoned = (name: string): boolean => {
    const [, madeIn, pid, startTime] = OWNER.exec(name) ?? [];
    if (madeIn === namespace && pid !== undefined && startTime !== undefined)
      return !isAlive({ pid: Number(pid), startTime });
    const made = statSync(join(parent, name), { throwIfNoEntry: false })?.mtimeMs;
    return made !== undefined && now.getTime() - made > ABANDONED_AFTER_MS;
  };
  const names = inThere(parent, () => readdirSync(parent)).filter((name) => OURS.test(name));
  return names.filter(isAbandoned).map((name) => join(parent, name));
}

function inThere<T>(parent: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    throw runyardError('host.no-temporary-folder', { path: parent, detail: message }, error);
  }
}

/** Removes them; gives how many. What may not be removed stays. */
export function sweepOwnedFolders(now: Date, parent = tmpdir()): number {
  return findAbandonedFolders(now, parent).filter(remove).length;
}

/** A git that goes on for longer hangs; what it leaves is for whoever looks around. */
const LONGEST_USE_MS = 5_000;
const POLL_MS = 20;

/**
 * The same where the process was killed a moment ago: its git is not killed with it, so as to leave no locks, and would make again what it needs of a
 * folder that is removed under it.
 */
export async function sweepOnceUnused(now: Date, parent = tmpdir()): Promise<number> {
  const deadline = performance.now() + LONGEST_USE_MS;
  while (findAbandonedFolders(now, parent).some(isUsed) && performance.now() < deadline) await sleep(POLL_MS);
  return sweepOwnedFolders(now, parent);
}

function isUsed(folder: string): boolean {
  return processesWithVariable('GIT_DIR', folder).some(({ state }) => state !== 'Z');
}

/** Another user's folder is theirs to remove. */
function remove(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Pids mean something only within it: `pid:[4026531836]` (pid_namespaces(7)). Where there is none, all is one. */
function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
