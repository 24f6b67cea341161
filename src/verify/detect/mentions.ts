import { posix } from 'node:path';
import type { CommitTree } from '../commit-tree.ts';

/** A place in a file that names another: `../b/src/index.ts`, or a package by its name. */
export interface Mention {
  readonly file: string;
  readonly text: string;
}

/** Texts that hold imports, or configurations that can lead into another package. */
const PATHSPECS = [
  ...['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte', 'astro'],
  ...['css', 'scss', 'less', 'json', 'json5', 'jsonc', 'yaml', 'yml', 'toml', 'sh', 'graphql'],
].map((ending) => `*.${ending}`);
const LOCK_FILES = ['package-lock.json', 'pnpm-lock.yaml', 'npm-shrinkwrap.json'].map(
  (name) => `:(exclude,glob)**/${name}`,
);
const UPWARDS = '[^[:space:]\'"`(),=:]*\\.\\./[^[:space:]\'"`(),]*';
const LONGEST_PATTERN = 50_000;

/**
 * Everything in a commit that may lead from one package into another besides what its package.json declares: paths that go upwards, links,
 * and packages named without a declaration or by an alias. null: there is too much of it to say.
 */
export async function readMentions(
  tree: CommitTree,
  names: readonly string[],
): Promise<readonly Mention[] | null> {
  const escaped = names.map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const named = `['"](${escaped.join('|')})(/[^'"]*)?['"]`;
  if (named.length > LONGEST_PATTERN) return null;
  const patterns = names.length > 0 ? [UPWARDS, named] : [UPWARDS];
  const found = await tree.findText(patterns, [...PATHSPECS, ...LOCK_FILES]);
  if (found === null) return null;
  const links = await tree.readLinks();
  return [
    ...found.map(({ path, text }) => ({ file: path, text: text.replaceAll(/^['"]|['"]$/g, '') })),
    ...[...links].map(([file, text]) => ({ file, text })),
  ];
}

export interface MentionedPackages {
  readonly folders: readonly string[];
  /** Folders of packages, by their names and the aliases of the root's tsconfig. */
  readonly byName: ReadonlyMap<string, readonly string[]>;
}

/** Which packages the files of each one lead into. */
export function mentionedBy(
  mentions: readonly Mention[],
  { folders, byName }: MentionedPackages,
): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Set(folders);
  const edges = new Map<string, Set<string>>();
  for (const { file, text } of mentions) {
    const own = ownerOf(file, known);
    if (own === null) continue;
    for (const other of targetsOf({ file, text, own, known, byName })) {
      if (other === own) continue;
      const others = edges.get(own) ?? new Set();
      edges.set(own, others.add(other));
    }
  }
  return edges;
}

/** The innermost package a file lies in. */
export function ownerOf(file: string, folders: ReadonlySet<string>): string | null {
  for (let slash = file.lastIndexOf('/'); slash > 0; slash = file.lastIndexOf('/', slash - 1)) {
    const folder = file.slice(0, slash);
    if (folders.has(folder)) return folder;
  }
  return null;
}

interface Target extends Mention {
  readonly own: string;
  readonly known: ReadonlySet<string>;
  readonly byName: MentionedPackages['byName'];
}

/** A path may be meant from its file, or from the folder that the package's scripts run in, which may have a name: `<rootDir>/../b`. */
function targetsOf({ file, text, own, known, byName }: Target): string[] {
  const upwards = text.indexOf('../');
  const paths = upwards > 0 ? [text, text.slice(upwards)] : [text];
  const byPath = paths.flatMap((path) =>
    [posix.dirname(file), own].flatMap((from) => packagesAt(path, { from, known })),
  );
  return [...byPath, ...namesOf(text).flatMap((name) => byName.get(name) ?? [])];
}

function packagesAt(path: string, { from, known }: { from: string; known: ReadonlySet<string> }): string[] {
  const open = path.search(/[*{$]/);
  const place = posix.join(from, open === -1 ? `${path}/` : path.slice(0, open));
  const owner = ownerOf(place, known);
  if (owner !== null) return [owner];
  return open === -1 ? [] : below(place, known);
}

/** What a pattern may mean whose variable part begins before the name of a package does. */
function below(start: string, folders: ReadonlySet<string>): string[] {
  const prefix = start === './' ? '' : start;
  return [...folders].filter((folder) => folder.startsWith(prefix));
}

/** `@scope/name/sub` may be the name `@scope/name/sub`, `@scope/name` or `@scope`. */
function namesOf(text: string): string[] {
  const parts = text.split('/').slice(0, 4);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
