import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { copyIndex } from './copy-index.ts';
import { git } from './git.ts';
import { writeRepository } from './repository-layout.ts';
import { runyardIdentity, type WorkspaceFolders, workspaceFolders } from './workspace.ts';

export interface CreateWorkspaceOptions {
  readonly workspaceDir: string;
  readonly mirrorDir: string;
  readonly baseCommit: string;
  /** The run's branch, short name; HEAD of the agent's repository is on it. */
  readonly branch: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Never part of a commit, whatever the repository ignores; one pattern of gitignore each. */
const NEVER_COMMITTED = ['node_modules'];

/**
 * A work tree for one run, with two git directories that know nothing of each other: the agent's, which it may break, and the host's.
 * Both borrow the mirror's objects. One git process: the second index is a copy of the first.
 */
export async function createWorkspace(options: CreateWorkspaceOptions): Promise<WorkspaceFolders> {
  const { workspaceDir, mirrorDir, baseCommit, branch } = options;
  const folders = workspaceFolders(workspaceDir);
  const { checkout, hostGit, baseIndex } = folders;
  if (existsSync(checkout)) {
    throw runyardError('git.bad-state', { repository: checkout, detail: 'There is a workspace already.' });
  }
  mkdirSync(checkout, { recursive: true });
  const shared = {
    bare: false,
    head: `ref: refs/heads/${branch}`,
    refs: { [`refs/heads/${branch}`]: baseCommit },
    alternates: [join(mirrorDir, 'objects')],
    shallowLike: mirrorDir,
    exclude: NEVER_COMMITTED,
    exampleCommit: baseCommit,
    user: runyardIdentity,
  };
  const agentGit = join(checkout, '.git');
  writeRepository({ ...shared, gitDir: agentGit });
  writeRepository({ ...shared, gitDir: hostGit });
  const { timeoutMs, signal } = options;
  await git(['read-tree', '-m', '-u', baseCommit], {
    gitDir: agentGit,
    workTree: checkout,
    timeoutMs,
    signal,
  });
  copyIndex(join(agentGit, 'index'), join(hostGit, 'index'));
  copyIndex(join(agentGit, 'index'), baseIndex);
  return folders;
}
