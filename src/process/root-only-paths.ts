import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, OTHERS_READ, privateInLocalFolders } from './local-folders.ts';

interface Scan {
  readonly folder: string;
  readonly depth: number;
  /** Where there are very many files, private ones lie in private folders. */
  readonly files: boolean;
}

const PLACES_OF_SECRETS: readonly Scan[] = [
  { folder: '/etc', depth: 3, files: true },
  { folder: '/var/lib', depth: 3, files: false },
  { folder: '/var/log', depth: 2, files: true },
  { folder: '/var/cache', depth: 2, files: true },
  { folder: '/var/spool', depth: 2, files: true },
  { folder: '/var/backups', depth: 1, files: true },
  { folder: '/boot', depth: 1, files: true },
];

interface Found {
  readonly paths: readonly string[];
  readonly at: number;
}

let found: Found | undefined;

/**
 * A child of root still reads as root whatever uid its sandbox shows. So everything an ordinary user could not read in the places
 * where systems keep secrets is hidden from it. Read once per process: it takes 50 to 200 ms of a core and hardly ever changes.
 */
export function rootOnlyPaths(): readonly string[] {
  if (process.getuid?.() !== 0) return [];
  found ??= {
    paths: [...PLACES_OF_SECRETS.flatMap(unreadableForOthers), ...privateInLocalFolders()],
    at: performance.now(),
  };
  return found.paths;
}

const RECENT_MS = 10 * 60_000;

/** What this process found not long ago, looking again when that is due, to spare its children the search. */
export function recentRootOnlyPaths(): readonly string[] {
  if (found !== undefined && performance.now() - found.at > RECENT_MS) found = undefined;
  return rootOnlyPaths();
}

/** Takes over what another process on this host has just found. */
export function adoptRootOnlyPaths(paths: readonly string[]): void {
  found = { paths, at: performance.now() };
}

function unreadableForOthers({ folder, depth, files }: Scan): string[] {
  return entriesOf(folder).flatMap((entry) => {
    if (!entry.isDirectory() && !(files && entry.isFile())) return [];
    const path = join(folder, entry.name);
    const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) return [];
    if ((mode & OTHERS_READ) === 0) return [path];
    return entry.isDirectory() && depth > 1
      ? unreadableForOthers({ folder: path, depth: depth - 1, files })
      : [];
  });
}
