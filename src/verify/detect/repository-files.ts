import { lstat, readFile } from 'node:fs/promises';
import type { CommitTree } from '../commit-tree.ts';
import { parseManifest } from './manifest.ts';
import { packageFolders, workspacePatterns } from './workspace-patterns.ts';

/** What detection looks at: names and a few texts, so that deciding needs no disk. */
export interface RepositoryFiles {
  /** Every regular file, relative, in the order of the commit. */
  readonly paths: readonly string[];
  /** File names by folder; the root is ''. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Contents of those files that decide which checks there are, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Read in the root. */
const READ = [
  'package.json',
  'tsconfig.json',
  'jsconfig.json',
  'pnpm-workspace.yaml',
  'lerna.json',
  'turbo.json',
  'turbo.jsonc',
  'nx.json',
  '.yarnrc.yml',
  'yarn.lock',
  'pnpm-lock.yaml',
  'pyproject.toml',
  'setup.cfg',
  'tox.ini',
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
  'requirements/dev.txt',
  'requirements/test.txt',
  'go.mod',
  'go.work',
  'Cargo.toml',
] as const;
/** Read in every package of a workspace. */
const READ_IN_PACKAGES = ['package.json', 'tsconfig.json'] as const;
const MOST_PACKAGES = 1000;
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

/** Reads what detection needs from a commit, not from a work tree: nothing that ran can have changed it. */
export async function readRepositoryFiles(tree: CommitTree): Promise<RepositoryFiles> {
  const paths = tree.files.filter(({ mode }) => mode.startsWith('100')).map(({ path }) => path);
  const names = namesByFolder(paths);
  const texts = new Map(await tree.readTexts(READ));
  const folders = foldersOfPackages(names, texts);
  const wanted = folders.flatMap((folder) =>
    READ_IN_PACKAGES.filter((name) => names.get(folder)?.has(name)).map((name) => `${folder}/${name}`),
  );
  for (const [path, text] of await tree.readTexts(wanted)) texts.set(path, text);
  return { paths, names, texts };
}

/** The same from files that are at hand. */
export function repositoryFilesOf(all: ReadonlyMap<string, string>): RepositoryFiles {
  const paths = [...all.keys()];
  return { paths, names: namesByFolder(paths), texts: all };
}

function namesByFolder(paths: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const folder = slash === -1 ? '' : path.slice(0, slash);
    const names = folders.get(folder) ?? new Set<string>();
    names.add(path.slice(slash + 1));
    folders.set(folder, names);
  }
  return folders;
}

function foldersOfPackages(
  names: ReadonlyMap<string, ReadonlySet<string>>,
  texts: ReadonlyMap<string, string>,
): string[] {
  const parsed = parseManifest(texts.get('package.json'));
  const patterns = workspacePatterns(parsed.kind === 'manifest' ? parsed.manifest : null, texts);
  return patterns ? packageFolders(names, patterns.patterns).slice(0, MOST_PACKAGES) : [];
}

/** null: not a regular file, or larger than a manifest may be. Links are not followed. */
export async function readSmallFile(file: string): Promise<string | null> {
  const stats = await lstat(file).catch(() => null);
  if (!stats?.isFile() || stats.size > LARGEST_FILE_BYTES) return null;
  return readFile(file, 'utf8');
}
