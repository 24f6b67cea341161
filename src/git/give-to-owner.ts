import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isWithin } from '../process/sandbox-host.ts';

/**
 * When root delivers into a repository of somebody else, the new files must be theirs, or their own git could not work with them.
 * Does nothing for anybody but root.
 */
export function giveToOwner(gitDir: string, refs: readonly string[], objects: readonly string[]): void {
  const owner = lstatSync(gitDir);
  if (process.getuid?.() !== 0 || owner.uid === 0) return;
  const packs = join(gitDir, 'objects', 'pack');
  const loose = objects.map((object) => join(gitDir, 'objects', object.slice(0, 2), object.slice(2)));
  const named = refs.flatMap((ref) => [join(gitDir, ref), join(gitDir, 'logs', ref)]);
  const files = [...readdirSync(packs).map((name) => join(packs, name)), ...loose, ...named];
  for (const path of new Set(files.flatMap((file) => withParents(file, gitDir)))) {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry?.uid === 0) lchownSync(path, owner.uid, owner.gid);
  }
}

function withParents(path: string, root: string): string[] {
  const parents: string[] = [];
  for (let current = path; current !== root && isWithin(current, root); current = dirname(current))
    parents.push(current);
  return parents;
}
