import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { WorkspaceStrategy } from '../domain/workspace-strategy.ts';
import { git } from './git.ts';
import type { LayerPlace } from './overlay/checkout-layer.ts';
import { layOverlay } from './overlay/lay-overlay.ts';
import { parallelCheckout } from './parallel-checkout.ts';
import { writeRepository } from './repository-layout.ts';
import { runyardIdentity, type WorkspaceFolders, workspaceFolders } from './workspace.ts';

export interface CreateWorkspaceOptions {
  readonly workspaceDir: string;
  readonly mirrorDir: string;
  readonly baseCommit: string;
  /** The run's branch, short name; HEAD of the agent's repository is on it. */
  readonly branch: string;
  /** Where this process may mount; null: the files are checked out. */
  readonly layers?: LayerPlace | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface NewWorkspace extends WorkspaceFolders {
  readonly strategy: WorkspaceStrategy;
  /** Why this one, in a sentence. */
  readonly why: string;
}

/** Never part of a commit, whatever the repository ignores; one pattern of gitignore each. */
const NEVER_COMMITTED = ['node_modules', '.venv'];

/**
 * A work tree for one run, with two git directories that know nothing of each other: the agent's, which it may break, and the host's.
 * Both borrow the mirror's objects. One git process at most: the second index is a copy of the first.
 */
export async function createWorkspace(options: CreateWorkspaceOptions): Promise<NewWorkspace> {
  const { workspaceDir, mirrorDir, baseCommit, branch } = options;
  const folders = workspaceFolders(workspaceDir);
  const { checkout, hostGit, baseIndex } = folders;
  if (existsSync(checkout)) {
    throw runyardError('git.bad-state', { repository: checkout, detail: 'There is a workspace already.' });
  }
  mkdirSync(checkout, { recursive: true });
  const below = await layBelow(options);
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
  const index = join(agentGit, 'index');
  // Copies of now are newer than any file, so git re-reads none of them; a change that comes later cannot hide (copy-index.ts).
  if (below.layer) copyFileSync(below.layer.index, index);
  if (below.layer?.commit !== baseCommit) await readTree(options, { agentGit, checkout });
  copyFileSync(index, join(hostGit, 'index'));
  copyFileSync(index, baseIndex);
  return { ...folders, strategy: below.layer ? 'overlay' : 'checkout', why: below.why };
}

function layBelow(options: CreateWorkspaceOptions) {
  const { workspaceDir, layers = null, mirrorDir, baseCommit, timeoutMs, signal } = options;
  if (layers === null) return { layer: null, why: 'Overlay mounts are not in use.' };
  const request = { layers, mirrorDir, gitDir: mirrorDir, commit: baseCommit, mayMake: true };
  return layOverlay(workspaceDir, { ...request, timeoutMs, signal });
}

/** Writes the files that are not there yet: all of them, or those in which the layer below differs. */
async function readTree(
  { baseCommit, timeoutMs, signal }: CreateWorkspaceOptions,
  { agentGit, checkout }: { agentGit: string; checkout: string },
): Promise<void> {
  const area = { gitDir: agentGit, workTree: checkout, timeoutMs, signal };
  await git([...parallelCheckout, 'read-tree', '-m', '-u', baseCommit], area);
}
