import { access } from 'node:fs/promises';
import { messageOf } from '../domain/errors/runyard-error.ts';
import { snapshotWorkspace } from '../git/snapshot-workspace.ts';
import type { WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

/** Keeps the work tree under a snapshot ref of the mirror before the run ends without delivery (X1). Never throws. */
export async function saveWork(context: WorkerContext, reason: string): Promise<void> {
  const { runId, epoch } = context.assignment;
  const folders = workspaceFolders(context.assignment);
  if (!(await exists(folders.hostGitDir))) return;
  try {
    const saved = await snapshotWorkspace({ workspaceDir: folders.root, runId, name: `${reason}-${epoch}` });
    if (saved) context.emit({ type: 'snapshot.saved', data: { ref: saved.ref, commit: saved.commit, reason } });
  } catch (error) {
    const message = `The work tree could not be saved: ${messageOf(error)}`;
    context.emit({ type: 'run.warning', data: { code: 'snapshot', message } });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
