import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type Manifest, parseManifest } from '../detect/manifest.ts';
import { largestSourceBytes } from '../imports/module-exports.ts';
import { createImportResolver, type ImportResolver } from '../imports/resolve-import.ts';

/** A laid-out tree to look facts up in. Everything in it was written by others. */
export interface Project {
  /** Links resolved. */
  readonly root: string;
  /** Files of the commit, relative. */
  readonly files: readonly string[];
  /** null: no regular file inside the tree, wherever links lead, or a large one. `path` is relative to the root or absolute. */
  readText(path: string): string | null;
  /** Names in a folder inside the tree; empty where there is none. */
  namesIn(path: string): readonly string[];
  manifestAt(path: string): Manifest | null;
  resolver(): ImportResolver;
  /** Time for more; a fact that takes long is left out. */
  readonly hasTime: () => boolean;
}

export interface ProjectOptions {
  readonly root: string;
  readonly files: readonly string[];
  readonly hasTime: () => boolean;
}

export function openProject({ root: given, files, hasTime }: ProjectOptions): Project {
  const root = realpathSync(given);
  const texts = new Map<string, string | null>();
  let resolver: ImportResolver | null = null;

  function readText(path: string): string | null {
    const file = insideOf(root, path);
    if (file === null) return null;
    const known = texts.get(file);
    if (known !== undefined) return known;
    const text = readRegular(file);
    texts.set(file, text);
    return text;
  }

  return {
    root,
    files,
    hasTime,
    readText,
    namesIn(path) {
      const folder = insideOf(root, path);
      return folder === null ? [] : namesOf(folder);
    },
    manifestAt(path) {
      const parsed = parseManifest(readText(path) ?? undefined);
      return parsed.kind === 'manifest' ? parsed.manifest : null;
    },
    resolver() {
      resolver ??= createImportResolver(root);
      return resolver;
    },
  };
}

/** The real path of something in the tree; null: it is not there, or lies outside (G4). */
export function insideOf(root: string, path: string): string | null {
  if (path.includes('\0')) return null;
  try {
    const real = realpathSync(path.startsWith(root + sep) ? path : join(root, path));
    const inside = relative(root, real);
    return inside === '..' || inside.startsWith(`..${sep}`) || inside.split(sep)[0] === '.git' ? null : real;
  } catch {
    // Not there, a loop of links, or not ours to see: no fact either way.
    return null;
  }
}

/** A pipe or a device is opened without waiting for it, and then not read. */
function readRegular(file: string): string | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > largestSourceBytes) return null;
    const buffer = Buffer.alloc(stats.size);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, stats.size, 0));
  } catch {
    // Gone or not ours to read since it was looked at: no fact either way.
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No folder: nothing in it.
    return [];
  }
}

/** Folders from that of a file up to the root, relative; '' is the root. */
export function foldersAbove(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const isRoot = folder === '.' || folder === '/' || folder === '';
    folders.push(isRoot ? '' : folder);
    if (isRoot) return folders;
  }
}
