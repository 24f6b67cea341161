import { type CommitTree, type CommitTreeOptions, readCommitTree } from './commit-tree.ts';

/** The files of a commit. */
export type ReadTree = (commit: string) => Promise<CommitTree>;

/** Lists each commit once, whoever asks for it. */
export function createTreeReader(options: Omit<CommitTreeOptions, 'commit'>): ReadTree {
  const trees = new Map<string, Promise<CommitTree>>();
  return (commit) => {
    const tree = trees.get(commit) ?? readCommitTree({ ...options, commit });
    trees.set(commit, tree);
    return tree;
  };
}
