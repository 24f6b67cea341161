import type { Tx } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { lockRunIfThere } from './lock-run.ts';

/**
 * Does something short about a run while no node can take it, unless this node has it. For what must not meet the run's next worker,
 * whose claim waits meanwhile. False: this node has it, nothing was done.
 */
export async function unlessOwnedBy(
  { db }: Pick<Store, 'db'>,
  { runId, nodeId }: { readonly runId: string; readonly nodeId: string },
  work: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const run = await lockRunIfThere(tx, runId);
    if (run?.state === 'running' && run.node_id === nodeId) return false;
    await work(tx);
    return true;
  });
}
