import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import type { Queue } from '../queue/queue.ts';

/** Keeps the uncommitted work of a run whose worker is gone (X1). Never throws: saving must not stand in the way of ending. */
export interface WorkSaver {
  save(run: Run, reason: string): Promise<void>;
}

export interface WorkSaverOptions {
  readonly queue: Queue;
  readonly workspacesDir: string;
  readonly snapshot: (request: {
    workspaceDir: string;
    runId: string;
    name: string;
  }) => Promise<{ ref: string; commit: string } | null>;
  readonly onError: (error: unknown, during: string) => void;
}

export function createWorkSaver({ queue, workspacesDir, snapshot, onError }: WorkSaverOptions): WorkSaver {
  return {
    async save(run, reason) {
      const workspaceDir = path.join(workspacesDir, run.id);
      try {
        await access(path.join(workspaceDir, 'host.git'));
      } catch {
        return;
      }
      try {
        const saved = await snapshot({ workspaceDir, runId: run.id, name: `${reason}-${run.epoch}` });
        if (!saved) return;
        await queue.store.db
          .transaction()
          .execute((tx) =>
            appendEvents(tx, run.id, [{ type: 'snapshot.saved', data: { ...saved, reason } }]),
          );
      } catch (error) {
        onError(error, `saving the work of run ${run.id}`);
      }
    },
  };
}
