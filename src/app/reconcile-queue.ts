import { createReconciler } from '../queue/reconcile.ts';
import { holdSingleton } from '../store/singleton-lease.ts';
import type { Foundation } from './foundation.ts';
import type { StopList } from './stop-list.ts';

/** The duty of comparing runs with the engine's jobs. */
const RECONCILER = 'queue-reconciler';
/** Longer than the engine and its mending take, so that two looks in a row see the same only when it stays. */
const LOOK_EVERY_MS = 20_000;

/** One node for all looks whether runs and jobs agree, tells what stays wrong, and mends it. */
export function startReconciling({ folder, queue, onError }: Foundation, stops: StopList): void {
  const reconcile = createReconciler(queue);
  const lease = { name: RECONCILER, holder: folder.nodeId, ttlMs: 2 * LOOK_EVERY_MS };
  async function look(): Promise<void> {
    if (!(await holdSingleton(queue.store.db, lease))) return;
    for (const { kind, runId, jobId } of await reconcile())
      onError(new Error(`${kind}: run ${runId}, job ${jobId}`), 'comparing runs with jobs');
  }
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = look().catch((error: unknown) => onError(error, 'comparing runs with jobs'));
  }, LOOK_EVERY_MS);
  stops.add('queue reconciler', async () => {
    clearInterval(timer);
    await looking;
  });
}
