import { join } from 'node:path';
import { type ChangedFile, publicChange } from './changed-files.ts';
import { commitTree } from './commit-workspace.ts';
import { copyIndex } from './copy-index.ts';
import { writeRef } from './repository-layout.ts';
import { type StageWarning, stageWorkTree } from './stage-work-tree.ts';
import { discardIndex, type StagingArea } from './staging-area.ts';
import { workspaceFolders } from './workspace.ts';

export interface SnapshotOptions {
  readonly workspaceDir: string;
  readonly mirrorDir: string;
  readonly runId: string;
  /** Lower-case words with dashes, such as `before-kill`. */
  readonly name: string;
  readonly baseCommit: string;
  /** The tree of a snapshot there is already: nothing is saved for the same files again. */
  readonly knownTree?: string | undefined;
  readonly date: Date;
  readonly timeoutMs: number;
}

export type Snapshot =
  | {
      readonly unchanged: false;
      readonly commit: string;
      readonly tree: string;
      readonly ref: string;
      readonly changedFiles: readonly ChangedFile[];
      readonly warnings: readonly StageWarning[];
    }
  | { readonly unchanged: true };

/**
 * Keeps the work tree, tracked and untracked files, as a commit in the mirror, where it outlives the workspace. Its objects go to the
 * mirror directly and its index is a copy, so a snapshot taken at any moment leaves the workspace's own state alone.
 */
export async function snapshotWorkspace(options: SnapshotOptions): Promise<Snapshot> {
  const { workspaceDir, mirrorDir, runId, name, baseCommit, date, timeoutMs } = options;
  const { checkout, hostGit, baseIndex } = workspaceFolders(workspaceDir);
  const index = join(hostGit, `index.snapshot-${name}`);
  copyIndex(baseIndex, index);
  const env = { GIT_INDEX_FILE: index, GIT_OBJECT_DIRECTORY: join(mirrorDir, 'objects') };
  const area: StagingArea = {
    gitDir: hostGit,
    workTree: checkout,
    isOurs: true,
    exclude: [],
    timeoutMs,
    env,
  };
  try {
    const { tree, changes, warnings } = await stageWorkTree(area, baseCommit);
    if (changes.length === 0 || tree === options.knownTree) return { unchanged: true };
    const message = `Snapshot ${name} of run ${runId}\n\nRunyard-Run: ${runId}`;
    const commit = commitTree(area, { tree, parent: baseCommit, message, date });
    const ref = `refs/runyard/${runId}/${name}`;
    writeRef(mirrorDir, ref, commit);
    return { unchanged: false, commit, tree, ref, changedFiles: changes.map(publicChange), warnings };
  } finally {
    discardIndex(index);
  }
}
