import { lstat, readFile } from 'node:fs/promises';
import type { CommitTree } from '../commit-tree.ts';

/** What detection looks at: names and a few texts, so that deciding needs no disk. */
export interface RepositoryFiles {
  /** Names in the root folder. */
  readonly names: readonly string[];
  /** Contents of those root files that decide which checks there are. */
  readonly texts: Readonly<Record<string, string>>;
  /** Files that Node's own test runner would find, at most a few, relative. */
  readonly nodeTestFiles: readonly string[];
}

const READ = ['package.json', 'tsconfig.json', 'pnpm-workspace.yaml', '.yarnrc.yml'];
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;
const ENOUGH_TESTS = 5;

/** https://nodejs.org/api/test.html#running-tests-from-the-command-line, without the `.ts` forms older versions do not run. */
const NODE_TEST =
  /(?:^|\/)(?:[^/]*[.\-_]test|test(?:-[^/]*)?)\.[cm]?js$|(?:^|\/)test\/(?:.*\/)?[^/]+\.[cm]?js$/;

/** Reads what detection needs from a commit, not from a work tree: nothing that ran can have changed it. */
export async function readRepositoryFiles(tree: CommitTree): Promise<RepositoryFiles> {
  const texts: Record<string, string> = {};
  for (const name of READ) {
    const text = await tree.readText(name);
    if (text !== null) texts[name] = text;
  }
  const names = new Set(tree.files.map(({ path }) => path.split('/')[0] ?? path));
  const tests = tree.files.filter(({ path }) => NODE_TEST.test(path) && !/(?:^|\/)node_modules\//.test(path));
  return {
    names: [...names].sort(),
    texts,
    nodeTestFiles: tests.slice(0, ENOUGH_TESTS).map(({ path }) => path),
  };
}

/** null: not a regular file, or larger than a manifest may be. Links are not followed. */
export async function readSmallFile(file: string): Promise<string | null> {
  const stats = await lstat(file).catch(() => null);
  if (!stats?.isFile() || stats.size > LARGEST_FILE_BYTES) return null;
  return readFile(file, 'utf8');
}
