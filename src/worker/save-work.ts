import { access } from 'node:fs/promises';
import { messageOf } from '../domain/errors/runyard-error.ts';
import { snapshotWorkspace } from '../git/snapshot-workspace.ts';
import type { Progress, WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

/** Keeps the work tree under a snapshot ref of the mirror before the run ends without delivery (X1). Never throws. */
export async function saveWork(context: WorkerContext, progress: Progress, reason: string): Promise<void> {
  const { runId, epoch, spec } = context.assignment;
  const { mirrorDir, baseCommit } = progress;
  const folders = workspaceFolders(context.assignment);
  if (!mirrorDir || !baseCommit || !(await exists(folders.hostGitDir))) return;
  try {
    const saved = await snapshotWorkspace({
      workspaceDir: folders.root,
      mirrorDir,
      runId,
      name: `${reason.replaceAll('_', '-')}-${epoch}`,
      baseCommit,
      date: context.clock.now(),
      timeoutMs: spec.limits.gitMs,
    });
    if (!saved.unchanged)
      context.emit({ type: 'snapshot.saved', data: { ref: saved.ref, commit: saved.commit, reason } });
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
