import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { importBundle } from '../git/bundle.ts';
import { git } from '../git/git.ts';
import type { WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

export interface KeptCommit {
  readonly commit: string;
  /** The artifact that holds it. */
  readonly bundle: string;
}

/** Brings a commit that an earlier worker kept back into the workspace's host-owned repository. */
export async function restoreCommit(context: WorkerContext, { commit, bundle }: KeptCommit): Promise<void> {
  const { signal, assignment } = context;
  const workspace = workspaceFolders(assignment);
  await pipeline(await context.client.downloadArtifact(bundle), createWriteStream(workspace.bundle), {
    signal,
  });
  await importBundle({
    gitDir: workspace.hostGitDir,
    file: workspace.bundle,
    commit,
    timeoutMs: assignment.spec.limits.gitMs,
    signal,
  });
}

/** Whether the workspace's repository has the commit: a new worker has only the one of its checkpoint. */
export async function hasCommit({ assignment, signal }: WorkerContext, commit: string): Promise<boolean> {
  const { hostGitDir: gitDir } = workspaceFolders(assignment);
  const timeoutMs = assignment.spec.limits.gitMs;
  const answer = await git(['cat-file', '-e', `${commit}^{commit}`], {
    gitDir,
    timeoutMs,
    signal,
    answers: [1, 128],
  });
  return answer.exitCode === 0;
}
