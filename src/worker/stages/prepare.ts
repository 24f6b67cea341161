import { rm } from 'node:fs/promises';
import { createWorkspace } from '../../git/create-workspace.ts';
import { ensureMirror } from '../../git/ensure-mirror.ts';
import { branchName } from '../../git/names.ts';
import { resolveSource } from '../../git/resolve-source.ts';
import type { Progress, WorkerContext } from '../context.ts';
import { describeRepository } from '../repository-context.ts';
import { restoreCommit } from '../restore-commit.ts';
import { sourceDoubts } from '../source-doubts.ts';
import { usableLayers, workspaceFolders } from '../workspace-folders.ts';

/** Mirror, workspace and, after a recovery, the work of the last checkpoint. The base commit is fixed by the first checkpoint. */
export async function prepare(
  context: WorkerContext,
  progress: Progress,
): Promise<Pick<Progress, 'repository' | 'sayDoubts'> & { baseCommit: string; mirrorDir: string }> {
  const { assignment } = context;
  const { spec, folders } = assignment;
  const timeoutMs = spec.limits.gitMs;
  const { signal } = context;
  const git = { userEnvironment: context.hostEnvironment, timeoutMs, signal };
  const workspace = workspaceFolders(assignment);

  const base = progress.baseCommit ?? spec.base;
  const source = assignment.source ?? (await resolveSource({ repository: spec.repository, base, ...git }));
  const mirror = await ensureMirror({ mirrorsDir: folders.mirrors, source, ...git });
  const baseCommit = progress.baseCommit ?? mirror.baseCommit;

  const repository = describeRepository({ ...progress, baseCommit, mirrorDir: mirror.mirrorDir }, signal);
  // Whoever needs it awaits it, and then hears of a failure.
  repository.catch(() => undefined);
  // An earlier worker's; it is dead by now, and what it had not finished was saved by the node.
  await rm(workspace.root, { recursive: true, force: true, maxRetries: 3 });
  const branch = branchName(spec.ticket, assignment.runId);
  const made = await createWorkspace({
    workspaceDir: workspace.root,
    mirrorDir: mirror.mirrorDir,
    baseCommit,
    branch,
    layers: usableLayers(assignment),
    timeoutMs,
    signal,
  });
  if (assignment.layers) {
    context.emit({ type: 'workspace.made', data: { strategy: made.strategy, why: made.why } });
  }
  if (progress.candidate) await restoreCommit(context, progress.candidate);
  return { baseCommit, mirrorDir: mirror.mirrorDir, repository, sayDoubts: sourceDoubts(context, source) };
}
