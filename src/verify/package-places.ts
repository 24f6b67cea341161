import { lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { Check } from '../domain/verdict.ts';
import { readSmallFile } from './detect/repository-files.ts';
import { type PackagePlaces, packagesNamedIn } from './parse/parse-output.ts';

export interface RanIn {
  readonly text: string;
  readonly checkout: string;
  readonly failed: boolean;
}

/** Where the packages lie that the output of a failed check of the whole names; null: it names none. */
export async function packagePlaces(
  { folder }: Check,
  { text, checkout, failed }: RanIn,
): Promise<PackagePlaces | null> {
  if (!failed || (folder && folder !== '.')) return null;
  const named = new Set(packagesNamedIn(text));
  if (named.size === 0) return null;
  const folders = await foldersOf(checkout);
  return {
    folders: new Map([...folders].filter(([name]) => named.has(name))),
    isFile: (path) =>
      !path.startsWith('../') &&
      lstatSync(join(checkout, path), { throwIfNoEntry: false })?.isFile() === true,
  };
}

const DEEPEST = 4;
const MOST_FOLDERS = 3_000;
const NOT_LOOKED_INTO = /^(?:\.|node_modules$|dist$|build$|coverage$)/;

/** Folders with a package.json or a project.json, by name and by path. */
async function foldersOf(checkout: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const pending = [''];
  for (let count = 0; pending.length > 0 && count < MOST_FOLDERS; count += 1) {
    const folder = pending.shift() ?? '';
    const entries = await readdir(join(checkout, folder), { withFileTypes: true }).catch(() => []);
    const names = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
    for (const file of ['project.json', 'package.json']) {
      if (folder === '' || !names.has(file)) continue;
      found.set(folder, folder);
      const name = nameIn(await readSmallFile(join(checkout, folder, file)));
      if (name !== null && !found.has(name)) found.set(name, folder);
    }
    if (folder.split('/').length >= DEEPEST) continue;
    const inside = entries.filter((entry) => entry.isDirectory() && !NOT_LOOKED_INTO.test(entry.name));
    pending.push(...inside.map(({ name }) => posix.join(folder, name)).sort());
  }
  return found;
}

const named = z.object({ name: z.string().max(214) });

function nameIn(text: string | null): string | null {
  try {
    const parsed = text === null ? null : named.safeParse(JSON.parse(text));
    return parsed?.success ? parsed.data.name : null;
  } catch {
    // Whatever reads it for its work says so.
    return null;
  }
}
