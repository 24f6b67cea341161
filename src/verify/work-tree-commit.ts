import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitTree } from '../git/commit-workspace.ts';
import { git } from '../git/git.ts';
import { stageWorkTree } from '../git/stage-work-tree.ts';

export interface WorkTreeCommitOptions {
  /** A repository of ours that borrows the user's objects. */
  readonly gitDir: string;
  /** The user's, read only for what it says is ignored. */
  readonly userGitDir: string;
  readonly workTree: string;
  readonly parent: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The work tree as it stands, untracked files included, as a commit in our own repository; the parent itself where nothing differs. */
export async function commitWorkTree(options: WorkTreeCommitOptions): Promise<string> {
  const { gitDir, userGitDir, workTree, parent, date, timeoutMs, signal } = options;
  const excluded = await readFile(join(userGitDir, 'info', 'exclude'), 'utf8').catch(() => '');
  await mkdir(join(gitDir, 'info'), { recursive: true });
  await writeFile(join(gitDir, 'info', 'exclude'), `node_modules\n${excluded}`);
  const area = { gitDir, workTree, isOurs: false, exclude: [], timeoutMs, signal };
  // Files that are tracked although they are ignored are only seen by an index that has them.
  await git(['read-tree', parent], area);
  const { tree, changes } = await stageWorkTree(area, parent);
  if (changes.length === 0) return parent;
  return commitTree(area, { tree, parent, message: 'Work tree as it stands', date });
}
