import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const READ_BY_GIT = new Set(['.gitignore', '.gitattributes', '.gitmodules']);
const MOST_FOLDERS = 200_000;

/** Removes pipes that have the name of a file git reads: it would wait for a writer for ever. Gives their raw paths. */
export function removePipes(workTree: string): string[] {
  const removed: string[] = [];
  const open = [''];
  for (let i = 0; i < open.length && i < MOST_FOLDERS; i += 1) {
    const folder = open[i] ?? '';
    for (const entry of readdirSync(join(workTree, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== '.git') open.push(path);
      if (!entry.isFIFO() || !READ_BY_GIT.has(entry.name)) continue;
      rmSync(join(workTree, path), { force: true });
      removed.push(Buffer.from(path).toString('latin1'));
    }
  }
  return removed;
}
