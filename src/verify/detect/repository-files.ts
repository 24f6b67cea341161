import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
const DEEPEST = 4;
const MOST_FOLDERS = 2_000;

/** Reads a checkout for detection. Links are not followed: nothing outside the folder is read. */
export async function readRepositoryFiles(folder: string): Promise<RepositoryFiles> {
  const names = await readdir(folder);
  const texts: Record<string, string> = {};
  for (const name of READ) {
    const text = names.includes(name) ? await readSmallFile(join(folder, name)) : null;
    if (text !== null) texts[name] = text;
  }
  return { names: names.sort(), texts, nodeTestFiles: await findNodeTests(folder) };
}

/** null: not a regular file, or larger than a manifest may be. */
export async function readSmallFile(file: string): Promise<string | null> {
  const stats = await lstat(file).catch(() => null);
  if (!stats?.isFile() || stats.size > LARGEST_FILE_BYTES) return null;
  return readFile(file, 'utf8');
}

/** https://nodejs.org/api/test.html#running-tests-from-the-command-line, without the `.ts` forms older versions do not run. */
const NODE_TEST = /(?:^|\/)(?:[^/]*[.\-_]test|test(?:-[^/]*)?)\.[cm]?js$/;

async function findNodeTests(root: string): Promise<string[]> {
  const found: string[] = [];
  const pending: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  let visited = 0;
  while (pending.length > 0 && found.length < 5 && visited < MOST_FOLDERS) {
    const { path, depth } = pending.shift() ?? { path: '', depth: 0 };
    visited += 1;
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (
        entry.isDirectory() &&
        depth < DEEPEST &&
        !/^(?:node_modules|\..*|dist|build|coverage)$/.test(entry.name)
      ) {
        pending.push({ path: inner, depth: depth + 1 });
      }
      const underTest = /(?:^|\/)test\//.test(inner) && /\.[cm]?js$/.test(inner);
      if (entry.isFile() && (NODE_TEST.test(inner) || underTest)) found.push(inner);
    }
  }
  return found;
}
