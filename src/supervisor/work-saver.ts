import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Queue } from '../queue/queue.ts';

/**
 * Keeps the uncommitted work of a run whose worker goes or is gone (X1). Never throws: saving must not stand in the way of ending. False: it
 * could not be saved, so the workspace must not be removed.
 */
export interface WorkSaver {
  save(run: Pick<Run, 'id' | 'epoch'>, reason: string): Promise<boolean>;
}

export interface WorkSaverOptions {
  readonly queue: Queue;
  readonly workspacesDir: string;
  readonly snapshot: (request: {
    workspaceDir: string;
    runId: string;
    name: string;
    knownTree?: string | undefined;
  }) => Promise<{ ref: string; commit: string; tree: string } | null>;
  readonly onError: (error: unknown, during: string) => void;
}

const MOST_REMEMBERED = 1000;

export function createWorkSaver({ queue, workspacesDir, snapshot, onError }: WorkSaverOptions): WorkSaver {
  /** What was saved last, so that a second look at the same files says nothing new. */
  const lastTrees = new Map<string, string>();
  return {
    async save(run, reason) {
      const workspaceDir = path.join(workspacesDir, run.id);
      try {
        await access(path.join(workspaceDir, 'host.git'));
      } catch {
        return true;
      }
      const during = `saving the work of run ${run.id}`;
      const name = `${reason}-${run.epoch}`;
      const knownTree = lastTrees.get(run.id);
      const saved = await snapshot({ workspaceDir, runId: run.id, name, knownTree }).catch(
        (error: unknown) => {
          onError(error, during);
          return 'failed' as const;
        },
      );
      if (saved === 'failed') return false;
      if (!saved) return true;
      const { ref, commit, tree } = saved;
      if (lastTrees.size >= MOST_REMEMBERED) lastTrees.clear();
      lastTrees.set(run.id, tree);
      await queue.store.db
        .transaction()
        .execute((tx) =>
          appendEvents(tx, run.id, [{ type: 'snapshot.saved', data: { ref, commit, reason } }]),
        )
        .catch((error: unknown) => onError(error, during));
      return true;
    },
  };
}
