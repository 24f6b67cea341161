import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a path exists in the tree with no link on the way: one could lead anywhere on the host. */
export async function isReal(tree: string, path: string): Promise<boolean> {
  let at = tree;
  for (const part of path.split('/')) {
    at = join(at, part);
    const stats = await lstat(at).catch(() => null);
    if (!stats || stats.isSymbolicLink()) return false;
  }
  return true;
}
