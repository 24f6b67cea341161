import { access } from 'node:fs/promises';
import { messageOf } from '../domain/errors/runyard-error.ts';
import { snapshotWorkspace } from '../git/snapshot-workspace.ts';
import type { Progress, WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

export interface SaveWork {
  readonly reason: string;
  /** The tree of an earlier snapshot; the same files are not saved again. */
  readonly knownTree: string | null;
}

/** Keeps the work tree under a snapshot ref of the mirror (X1), and gives the tree it kept last. Never throws. */
export async function saveWork(
  context: WorkerContext,
  progress: Progress,
  { reason, knownTree }: SaveWork,
): Promise<string | null> {
  const { runId, epoch, spec } = context.assignment;
  const { mirrorDir, baseCommit } = progress;
  const folders = workspaceFolders(context.assignment);
  if (!mirrorDir || !baseCommit || !(await exists(folders.hostGitDir))) return knownTree;
  try {
    const saved = await snapshotWorkspace({
      workspaceDir: folders.root,
      mirrorDir,
      runId,
      name: `${reason.replaceAll('_', '-')}-${epoch}`,
      baseCommit,
      ...(knownTree === null ? {} : { knownTree }),
      date: context.clock.now(),
      timeoutMs: spec.limits.gitMs,
    });
    if (saved.unchanged) return knownTree;
    context.emit({ type: 'snapshot.saved', data: { ref: saved.ref, commit: saved.commit, reason } });
    return saved.tree;
  } catch (error) {
    const message = `The work tree could not be saved: ${messageOf(error)}`;
    context.emit({ type: 'run.warning', data: { code: 'snapshot', message } });
    return knownTree;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
