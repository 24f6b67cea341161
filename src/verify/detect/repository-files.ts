import { lstat, readFile } from 'node:fs/promises';
import type { CommitTree, TreeFile } from '../commit-tree.ts';
import { parseManifest } from './manifest.ts';
import { type Mention, readMentions } from './mentions.ts';
import { projectFilesOf } from './nx-projects.ts';
import { packageNames } from './package-names.ts';
import { requirementFiles } from './requirement-files.ts';
import { packageFolders, workspacePatterns } from './workspace-patterns.ts';

/** What detection looks at: names and a few texts, so that deciding needs no disk. */
export interface RepositoryFiles {
  /** Every regular file, relative, in the order of the commit. */
  readonly paths: readonly string[];
  /** File names by folder; the root is ''. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Contents of those files that decide which checks there are, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What leads from one package of a monorepo into another; null: too much to say, so each may concern all. */
  readonly mentions: readonly Mention[] | null;
}

/** Read in the root. */
const READ = [
  'runyard.yaml',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
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
  ...requirementFiles,
  'go.mod',
  'go.work',
  'Cargo.toml',
] as const;
/** Read in every package of a workspace. */
const READ_IN_PACKAGES = ['package.json', 'tsconfig.json'] as const;
const MOST_PACKAGES = 1000;
const LARGEST_FILE_BYTES = 4 * 1024 * 1024;

/** A commit that was read before: what it has alike need not be read again. */
export interface ReadBefore {
  readonly tree: CommitTree;
  readonly files: RepositoryFiles;
}

/**
 * Reads what detection needs from a commit, not from a work tree: nothing that ran can have changed it. Mentions are those of the first
 * commit: where a mention is new or gone, its package is changed anyway.
 */
export async function readRepositoryFiles(tree: CommitTree, before?: ReadBefore): Promise<RepositoryFiles> {
  const regular = tree.files.filter(({ mode }) => mode.startsWith('100'));
  const paths = regular.map(({ path }) => path);
  const filesByFolder = namesByFolder(paths);
  const texts = new Map(before ? alike(regular, before) : []);
  const read = async (wanted: readonly string[]) => {
    const missing = wanted.filter((path) => !texts.has(path));
    for (const [path, text] of await tree.readTexts(missing)) texts.set(path, text);
  };
  await read(READ);
  const folders = foldersOfPackages(filesByFolder, texts);
  await read(
    folders.flatMap((folder) =>
      READ_IN_PACKAGES.filter((name) => filesByFolder.get(folder)?.has(name)).map(
        (name) => `${folder}/${name}`,
      ),
    ),
  );
  await read(projectFilesOf(paths).slice(0, MOST_PACKAGES));
  const names = [...packageNames(folders, texts).keys()];
  const mentions = folders.length < 2 || before ? [] : await readMentions(tree, names);
  return { paths, names: filesByFolder, texts, mentions };
}

/** Texts of the other commit that are the same here. */
function alike(regular: readonly TreeFile[], { tree, files }: ReadBefore): [string, string][] {
  const oids = new Map(
    tree.files.filter(({ path }) => files.texts.has(path)).map(({ path, oid }) => [path, oid]),
  );
  return regular.flatMap(({ path, oid }) => {
    const text = oids.get(path) === oid ? files.texts.get(path) : undefined;
    return text === undefined ? [] : [[path, text] as [string, string]];
  });
}

/** The same from files that are at hand. */
export function repositoryFilesOf(
  all: ReadonlyMap<string, string>,
  mentions: RepositoryFiles['mentions'] = [],
): RepositoryFiles {
  const paths = [...all.keys()];
  return { paths, names: namesByFolder(paths), texts: all, mentions };
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
