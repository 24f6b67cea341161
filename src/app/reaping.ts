import { removeStaleLocks } from '../git/folder-lock.ts';
import type { ReaperOptions } from '../supervisor/reap/options.ts';
import { createReaper } from '../supervisor/reap/reaper.ts';
import type { Foundation } from './foundation.ts';

const PASS_EVERY_MS = 30_000;

/** One pass of the reaper after the other, for as long as the node drives runs. Gives what ends it. */
export function startReaping(
  { folder, store, onError }: Pick<Foundation, 'folder' | 'store' | 'onError'>,
  options: Pick<ReaperOptions, 'executor' | 'saver' | 'active' | 'onTold'>,
): () => Promise<void> {
  const reaper = createReaper({
    ...options,
    db: store.db,
    nodeId: folder.nodeId,
    workspacesDir: folder.workspaces,
    now: () => new Date(),
    monotonicMs: () => performance.now(),
  });
  const ending = new AbortController();
  let passing: Promise<unknown> | null = null;
  // A worker that was killed while it held a lock leaves it.
  const sweepLocks = async () => removeStaleLocks(folder.mirrors);
  const told = (error: unknown) => onError(error, 'looking for orphans');
  const timer = setInterval(() => {
    passing ??= reaper
      .pass(ending.signal)
      .then(sweepLocks)
      .catch(told)
      .finally(() => {
        passing = null;
      });
  }, PASS_EVERY_MS);
  return async () => {
    clearInterval(timer);
    ending.abort();
    await passing;
    await sweepLocks().catch(told);
  };
}
