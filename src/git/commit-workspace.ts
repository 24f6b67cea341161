import { join } from 'node:path';
import { type ChangedFile, publicChange } from './changed-files.ts';
import { type StageWarning, stageWorkTree } from './stage-work-tree.ts';
import type { StagingArea } from './staging-area.ts';
import { type Identity, runyardIdentity, workspaceFolders } from './workspace.ts';
import { writeCommit } from './write-commit.ts';

export interface CommitWorkspaceOptions {
  readonly workspaceDir: string;
  readonly message: string;
  readonly author?: Identity;
  readonly date: Date;
  /** The commit the new one is built on, and compared with. */
  readonly parent: string;
  /** Literal paths, relative to the checkout, that are never committed. */
  readonly exclude?: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type CommitResult =
  | {
      readonly unchanged: false;
      readonly commit: string;
      readonly tree: string;
      readonly changedFiles: readonly ChangedFile[];
      readonly warnings: readonly StageWarning[];
    }
  | { readonly unchanged: true; readonly warnings: readonly StageWarning[] };

/** Commits what stands in the agent's work tree, as it is. Ignored files do not count; whitespace does, as git sees it. */
export async function commitWorkspace(options: CommitWorkspaceOptions): Promise<CommitResult> {
  const { checkout, hostGit } = workspaceFolders(options.workspaceDir);
  const { parent, timeoutMs, signal, exclude = [] } = options;
  const area: StagingArea = { gitDir: hostGit, workTree: checkout, isOurs: true, exclude, timeoutMs, signal };
  const { tree, changes, warnings } = await stageWorkTree(area, parent);
  if (changes.length === 0) return { unchanged: true, warnings };
  const commit = commitTree(area, { ...options, tree });
  return { unchanged: false, commit, tree, changedFiles: changes.map(publicChange), warnings };
}

interface NewCommit extends Pick<CommitWorkspaceOptions, 'message' | 'author' | 'date' | 'parent'> {
  readonly tree: string;
}

/** One commit object; no ref is moved. */
export function commitTree(
  { gitDir, env }: Pick<StagingArea, 'gitDir' | 'env'>,
  { tree, parent, message, author = runyardIdentity, date }: NewCommit,
): string {
  const objectsDir = env?.['GIT_OBJECT_DIRECTORY'] ?? join(gitDir, 'objects');
  return writeCommit(objectsDir, { tree, parent, message, author, date });
}
