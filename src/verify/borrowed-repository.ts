import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitTree } from '../git/commit-workspace.ts';
import { writeRepository } from '../git/repository-layout.ts';
import { stageWorkTree } from '../git/stage-work-tree.ts';

export interface BorrowOptions {
  /** The git directory whose objects are used. Nothing is written to it. */
  readonly from: string;
  readonly into: string;
  readonly commit: string;
}

/** A repository of ours that uses the objects of somebody else's, and none of its configuration, hooks or refs. */
export async function borrowRepository({ from, into, commit }: BorrowOptions): Promise<string> {
  const excludes = await readFile(join(from, 'info', 'exclude'), 'utf8').catch(() => '');
  writeRepository({
    gitDir: into,
    bare: false,
    head: commit,
    alternates: [join(from, 'objects')],
    shallowLike: from,
    exclude: ['node_modules', ...excludes.split('\n').filter((line) => line !== '' && !line.startsWith('#'))],
    exampleCommit: commit,
  });
  return into;
}

export interface SnapshotOptions {
  readonly gitDir: string;
  readonly workTree: string;
  readonly parent: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The work tree as it stands, untracked files included, as a commit in our own repository; the parent itself where nothing differs. */
export async function snapshotWorkTree({
  gitDir,
  workTree,
  parent,
  date,
  timeoutMs,
  signal,
}: SnapshotOptions): Promise<string> {
  const area = { gitDir, workTree, exclude: [], timeoutMs, signal };
  const { tree, changes } = await stageWorkTree(area, parent);
  if (changes.length === 0) return parent;
  return commitTree(area, { tree, parent, message: 'Work tree as it stands', date });
}
