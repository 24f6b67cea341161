import { git, textOf } from '../git/git.ts';
import type { CommitTree, CommitTreeOptions } from './commit-tree.ts';

/** The tree objects of commits, which name their content and nothing else. */
export async function readTreeOids(
  commits: readonly string[],
  { gitDir, timeoutMs, signal }: Omit<CommitTreeOptions, 'commit'>,
): Promise<string[]> {
  const args = ['rev-parse', '--verify', '--end-of-options'];
  const asked = commits.map((commit) => git([...args, `${commit}^{tree}`], { gitDir, timeoutMs, signal }));
  return (await Promise.all(asked)).map((output) => textOf(output).trim());
}

export type Texts = Map<string, Promise<string | null>>;

/** A tree that reads each text once, also where another tree has the same. */
export function readingOnce(tree: CommitTree, texts: Texts): CommitTree {
  const regular = new Map(
    tree.files.filter(({ mode }) => mode.startsWith('100')).map(({ path, oid }) => [path, oid]),
  );
  return {
    ...tree,
    async readText(path) {
      const oid = regular.get(path);
      if (oid === undefined) return null;
      const text = texts.get(oid) ?? tree.readText(path);
      texts.set(oid, text);
      return text;
    },
  };
}
