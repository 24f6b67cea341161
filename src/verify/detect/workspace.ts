import { z } from 'zod';
import { parseJsonc } from './jsonc.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { mentionedBy, ownerOf } from './mentions.ts';
import { packageNames } from './package-names.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { packageFolders, workspacePatterns } from './workspace-patterns.ts';

export interface WorkspacePackage {
  /** Relative to the root. */
  readonly folder: string;
  readonly name: string;
  readonly manifest: Manifest;
  /** Folders of the packages of this workspace that it declares to use, directly. */
  readonly uses: readonly string[];
  /** Those that its files lead into besides; null: nobody can say, so it may be all. */
  readonly mentions: readonly string[] | null;
}

/** A monorepo: its packages, those that others use first. */
export interface Workspace {
  readonly source: string;
  readonly packages: readonly WorkspacePackage[];
  /** The first package.json of a package that cannot be read; its package is not among them. */
  readonly broken: BrokenManifest | null;
}

export interface BrokenManifest {
  /** Relative to the root. */
  readonly file: string;
  readonly message: string;
  readonly line: number | null;
}

export interface AffectedPackage {
  readonly folder: string;
  readonly name: string;
  /** `changed`, `uses packages/a`, or why all are. */
  readonly reason: string;
}

export interface Affected {
  readonly packages: readonly AffectedPackage[];
  /** Why every package counts as affected; null: only those above do. */
  readonly all: string | null;
}

/** null: the repository is no monorepo. */
export function findWorkspace(files: RepositoryFiles, rootManifest: Manifest | null): Workspace | null {
  const found = workspacePatterns(rootManifest, files.texts);
  if (!found) return null;
  const manifests: { folder: string; manifest: Manifest }[] = [];
  let broken: BrokenManifest | null = null;
  for (const folder of packageFolders(files.names, found.patterns)) {
    const file = `${folder}/package.json`;
    const parsed = parseManifest(files.texts.get(file));
    if (parsed.kind === 'manifest') manifests.push({ folder, manifest: parsed.manifest });
    else if (parsed.kind === 'broken') broken ??= { file, message: parsed.message, line: parsed.line };
  }
  const byName = new Map(manifests.map(({ folder, manifest }) => [manifest.name, folder]));
  const folders = new Set(manifests.map(({ folder }) => folder));
  const mentioned =
    files.mentions &&
    mentionedBy(files.mentions, { folders: [...folders], byName: packageNames([...folders], files.texts) });
  const packages = manifests.map(({ folder, manifest }) => {
    const named = Object.keys(allDependencies(manifest)).flatMap((name) => byName.get(name) ?? []);
    const referred = references(folder, files).filter((other) => folders.has(other));
    const uses = [...new Set([...named, ...referred])].filter((other) => other !== folder).sort();
    const mentions = mentioned && [...(mentioned.get(folder) ?? [])].filter((other) => !uses.includes(other));
    return { folder, name: manifest.name, manifest, uses, mentions: mentions && mentions.sort() };
  });
  return { source: found.source, packages: usedFirst(packages), broken };
}

function allDependencies({
  dependencies,
  devDependencies,
  optionalDependencies,
  peerDependencies,
}: Manifest): Record<string, string> {
  return { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
}

const withReferences = z.object({ references: z.array(z.object({ path: z.string().max(1000) })) });

/** Packages whose TypeScript project this one refers to. */
function references(folder: string, { texts }: RepositoryFiles): string[] {
  const text = texts.get(`${folder}/tsconfig.json`);
  const parsed = text === undefined ? null : withReferences.safeParse(parseJsonc(text));
  return parsed?.success
    ? parsed.data.references.map(({ path }) => joined(folder, path.replace(/\/?[^/]*\.json$/, '')))
    : [];
}

/** `packages/a` and `../b` is `packages/b`. */
function joined(folder: string, relative: string): string {
  const parts = folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Dependencies before their dependents; where they go in a circle, in the order of their names. */
function usedFirst(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  const byFolder = new Map(packages.map((one) => [one.folder, one]));
  const done = new Set<string>();
  const ordered: WorkspacePackage[] = [];
  for (const start of packages) {
    // Not recursive: a chain may be as long as there are packages.
    const pending = [start.folder];
    const open = new Set<string>();
    for (let folder = pending.at(-1); folder !== undefined; folder = pending.at(-1)) {
      const one = byFolder.get(folder);
      const next = one?.uses.find((other) => !done.has(other) && !open.has(other));
      if (one && !done.has(folder) && !open.has(folder)) open.add(folder);
      if (one && next !== undefined && !done.has(folder)) {
        pending.push(next);
        continue;
      }
      pending.pop();
      if (one && !done.has(folder)) ordered.push(one);
      done.add(folder);
    }
  }
  return ordered;
}

/** Documents do not make a package affected that they do not lie in. */
const DOCUMENT = /\.(?:md|mdx|txt|rst|adoc)$|^(?:LICEN[CS]E|\.github\/|docs\/)/i;
const NO_CHANGES = 'no changed files were named';
const UNCLEAR = 'the packages are too many to see which files of one lead into another';

/**
 * Packages whose checks a change can turn: those it touches and whoever uses them or leads into them by a path or name, however indirectly. A changed file of no package
 * (a lock file, a shared configuration) affects all, since nothing says whom it does not concern; a document on its own does too, rather
 * than nothing being checked. `changedFiles: null`: all.
 */
export function affectedPackages(workspace: Workspace, changedFiles: readonly string[] | null): Affected {
  const { packages } = workspace;
  const all = (reason: string): Affected => ({
    packages: packages.map(({ folder, name }) => ({ folder, name, reason })),
    all: reason,
  });
  if (changedFiles === null) return all(NO_CHANGES);
  const folders = new Set(packages.map(({ folder }) => folder));
  const reasons = new Map<string, string>();
  for (const file of changedFiles) {
    const folder = ownerOf(file, folders);
    if (folder !== null) reasons.set(folder, 'changed');
    else if (!DOCUMENT.test(file)) return all(`${file} belongs to no package, so it may concern all`);
  }
  if (reasons.size === 0) return all('the change touches no package');
  if (packages.some(({ mentions }) => mentions === null)) return all(UNCLEAR);
  addDependents(packages, reasons);
  const affected = packages.flatMap(({ folder, name }) => {
    const reason = reasons.get(folder);
    return reason === undefined ? [] : [{ folder, name, reason }];
  });
  return {
    packages: affected,
    all: affected.length === packages.length ? 'every package is affected' : null,
  };
}

function addDependents(packages: readonly WorkspacePackage[], reasons: Map<string, string>): void {
  const users = new Map<string, { folder: string; how: string }[]>();
  const add = (used: string, user: { folder: string; how: string }) =>
    users.set(used, [...(users.get(used) ?? []), user]);
  for (const { folder, uses, mentions } of packages) {
    for (const used of uses) add(used, { folder, how: 'uses' });
    for (const used of mentions ?? []) add(used, { folder, how: 'has files that name' });
  }
  const pending = [...reasons.keys()];
  for (let used = pending.pop(); used !== undefined; used = pending.pop()) {
    for (const { folder, how } of users.get(used) ?? []) {
      if (reasons.has(folder)) continue;
      reasons.set(folder, `${how} ${used}`);
      pending.push(folder);
    }
  }
}
