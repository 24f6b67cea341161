import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What the system itself puts at the top; the other rules of the sandbox see to these. */
const OF_THE_SYSTEM =
  /^(?:bin|boot|dev|etc|home|lib.*|media|mnt|nix|gnu|proc|root|run|sbin|snap|srv|sys|tmp|usr|var)$/;
const FURTHER_PLACES = ['/usr/local/etc', '/var/www'];

const DEEPEST = 4;
/** Of one folder in such a place; beyond, looking takes too long: a large tool chain must stay usable, so the rest stays visible. */
const MOST_ENTRIES = 4000;
const MOST_PRIVATE = 50;
export const OTHERS_READ = 0o004;

/** In folders of the administrator's own (/opt, /data …): what other users cannot read, and sockets. */
export function privateInLocalFolders(): string[] {
  const top = entriesOf('/').filter(({ name }) => !OF_THE_SYSTEM.test(name));
  return [...top.flatMap((entry) => privateAt('/', entry)), ...FURTHER_PLACES.flatMap(privateIn)];
}

/** The private paths in a folder, as far as it is looked through. One below it with very many of them counts as private itself. */
export function privateIn(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    const walk: Walk = { left: MOST_ENTRIES, found: [] };
    look(path, entry, { walk, depth: DEEPEST });
    return walk.found.length <= MOST_PRIVATE ? walk.found : [path];
  });
}

interface Walk {
  left: number;
  readonly found: string[];
}

function privateAt(folder: string, entry: Dirent): string[] {
  const path = join(folder, entry.name);
  if (isPrivate(path, entry)) return [path];
  return entry.isDirectory() ? privateIn(path) : [];
}

/** false: there was too much to look at. */
function look(path: string, entry: Dirent, { walk, depth }: { walk: Walk; depth: number }): boolean {
  walk.left -= 1;
  if (walk.left < 0) return false;
  if (isPrivate(path, entry)) {
    walk.found.push(path);
    return true;
  }
  if (!entry.isDirectory() || depth <= 1) return true;
  return entriesOf(path).every((below) => look(join(path, below.name), below, { walk, depth: depth - 1 }));
}

function isPrivate(path: string, entry: Dirent): boolean {
  if (entry.isSocket()) return true;
  if (!entry.isDirectory() && !entry.isFile()) return false;
  const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
  return mode !== undefined && (mode & OTHERS_READ) === 0;
}

/** Empty for a folder that cannot be read. */
export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
