import { git, textOf } from '../git/git.ts';
import type { CommitTree, CommitTreeOptions } from './commit-tree.ts';

type Reading = Omit<CommitTreeOptions, 'commit'>;

const PLAIN = /^[0-9a-f]{40,64}$/;

/** The tree objects of commits, which name their content and nothing else; in one call of git. */
export async function readTreeOids(commits: readonly string[], options: Reading): Promise<string[]> {
  if (!commits.every((commit) => PLAIN.test(commit))) return oneByOne(commits, options);
  const input = commits.map((commit) => `${commit}^{tree}\n`).join('');
  const listed = await git(['cat-file', '--batch-check=%(objectname)'], { ...options, input });
  const oids = textOf(listed).trim().split('\n');
  const isWhole = oids.length === commits.length && oids.every((oid) => PLAIN.test(oid));
  return isWhole ? oids : oneByOne(commits, options);
}

/** Says in an error what is not there. */
async function oneByOne(commits: readonly string[], options: Reading): Promise<string[]> {
  const args = ['rev-parse', '--verify', '--end-of-options'];
  const asked = commits.map((commit) => git([...args, `${commit}^{tree}`], options));
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
    async readTexts(paths) {
      const found = await tree.readTexts(paths);
      for (const [path, text] of found) texts.set(regular.get(path) ?? '', Promise.resolve(text));
      return found;
    },
  };
}
