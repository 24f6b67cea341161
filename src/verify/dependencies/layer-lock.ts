import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runyardError } from '../../domain/errors/runyard-error.ts';

const HEARTBEAT_MS = 5_000;
/** Three heartbeats without a sign: its holder is gone. */
const STALE_MS = 20_000;
const POLL_MS = 150;

export interface LockOptions {
  readonly file: string;
  /** Longest wait for another holder (S2). */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  /** Asked while waiting: whether what the lock is for has been done by its holder. */
  readonly isDone: () => Promise<boolean>;
}

export interface Lock {
  release(): Promise<void>;
}

/**
 * A lock file that its holder touches. Gives null when, while waiting, the holder finished the work. A holder that is gone is
 * noticed by its missing touches; whoever waits takes over.
 */
export async function takeLock({ file, waitMs, signal, isDone }: LockOptions): Promise<Lock | null> {
  const started = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryLock(file);
    if (lock) return lock;
    if (await isDone()) return null;
    if (await isStale(file)) await removeIfUnchanged(file);
    const waitedMs = performance.now() - started;
    if (waitedMs > waitMs) throw runyardError('verify.dependencies-locked', { folder: file, waitedMs });
    await delay(POLL_MS, undefined, signal ? { signal } : {});
  }
}

async function tryLock(file: string): Promise<Lock | null> {
  const owner = `${process.pid} ${Math.random()}`;
  const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (!handle) return null;
  await handle.writeFile(owner);
  await handle.close();
  const beat = setInterval(() => void touch(file), HEARTBEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      const current = await readFile(file, 'utf8').catch(() => null);
      if (current === owner) await rm(file, { force: true });
    },
  };
}

/** A lock that somebody took away is no reason to stop: the result is renamed into place in one step. */
async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > STALE_MS;
}

async function removeIfUnchanged(file: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => null);
  if (before !== null && (await isStale(file))) await rm(file, { force: true });
}
