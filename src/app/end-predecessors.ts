import type { WorkerExecutor } from '../adapters/executor/types.ts';
import type { Run } from '../domain/run.ts';
import { predecessorsOf } from '../store/nodes.ts';
import { removeResource } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import { processSpace } from './node-life.ts';

/**
 * Ends the workers that lost this run, whatever node on this host started them: one that is frozen, or whose node is, does not end by
 * itself, and its successor must not meet it. Workers on other hosts are fenced by their epoch alone.
 */
export function createEndPredecessors(
  { db }: Store,
  executor: Pick<WorkerExecutor, 'endStray'>,
): (run: Run) => Promise<void> {
  return async ({ id, epoch }) => {
    if (epoch === 1) return;
    const space = await processSpace();
    if (space === null) return;
    for (const { key, handle } of await predecessorsOf(db, { runId: id, epoch, processSpace: space })) {
      await executor.endStray(handle);
      await removeResource(db, key);
    }
  };
}
