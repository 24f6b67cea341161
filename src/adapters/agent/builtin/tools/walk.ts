import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold what tools made or fetched, never what a ticket is about. */
const SKIPPED = new Set([
  '.git',
  'node_modules',
  '.hg',
  '.svn',
  '.venv',
  '__pycache__',
  '.cache',
  '.turbo',
  '.next',
]);

export interface WalkEntry {
  /** Relative to where the walk began, with slashes. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** The folder is not entered. */
  readonly skipped: boolean;
}

/** Everything below a folder in the order of names, to a depth. Links are named, never followed; unreadable folders are empty. */
export async function* walk(folder: string, depth: number, prefix = ''): AsyncGenerator<WalkEntry> {
  for (const entry of await entriesOf(join(folder, prefix))) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const kind = kindOf(entry);
    if (!kind) continue;
    const skipped = kind === 'folder' && SKIPPED.has(entry.name);
    yield { path, kind, skipped };
    if (kind === 'folder' && !skipped && depth > 1) yield* walk(folder, depth - 1, path);
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function kindOf(entry: Dirent): WalkEntry['kind'] | null {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : null;
}
