import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, type Stats } from 'node:fs';
import { chmod, lstat, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CommitTree, TreeFile } from './commit-tree.ts';

/** Notices files of the commit that a check changed, and puts them back, so that the next check sees the commit again. */
export interface EditWatch {
  /** Paths that differ from the commit; they are restored before this resolves. */
  restoreEdited(): Promise<string[]>;
}

/** The change time is in it because it is the one that a program cannot set back. */
type Stamp = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'mode'>;

/** Remembers how the files lie now; contents are only read of files that look touched. */
export function createEditWatch(checkout: string, tree: CommitTree): EditWatch {
  const stamps = new Map<string, Stamp>();
  const files = tree.files.filter((file) => file.type === 'blob');
  for (const { path } of files) {
    const stats = lstatSync(join(checkout, path), { throwIfNoEntry: false });
    if (stats) stamps.set(path, stats);
  }
  return {
    async restoreEdited() {
      const edited: string[] = [];
      for (const file of files) {
        const before = stamps.get(file.path);
        // What could not be laid out in the first place (a case twin, say) was not edited by a check.
        if (!before || isUntouched(join(checkout, file.path), before)) continue;
        if (!(await differs(checkout, file, before))) continue;
        await restore(checkout, file, tree);
        const now = await lstat(join(checkout, file.path));
        stamps.set(file.path, now);
        edited.push(file.path);
      }
      return edited;
    },
  };
}

/** Not awaited: a hundred thousand files are looked at after every check. */
function isUntouched(path: string, before: Stamp): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  return (
    now?.ino === before.ino &&
    now.mtimeMs === before.mtimeMs &&
    now.ctimeMs === before.ctimeMs &&
    now.size === before.size &&
    now.mode === before.mode
  );
}

async function differs(checkout: string, file: TreeFile, before: Stamp): Promise<boolean> {
  const path = join(checkout, file.path);
  const now = await lstat(path).catch(() => null);
  if (!now) return true;
  if (file.mode === '120000')
    return !now.isSymbolicLink() || hashOf(await readlink(path), file.oid) !== file.oid;
  if (!now.isFile() || now.size !== before.size) return true;
  return (await hashFile(path, now.size, file.oid)) !== file.oid;
}

/** git's name of a blob: the hash of a small header and the content (SHA-1, or SHA-256 by the length of the name). */
function hashOf(content: string, like: string): string {
  return createHash(algorithmOf(like))
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest('hex');
}

async function hashFile(path: string, size: number, like: string): Promise<string> {
  const hash = createHash(algorithmOf(like)).update(`blob ${size}\0`);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function algorithmOf(oid: string): string {
  return oid.length === 64 ? 'sha256' : 'sha1';
}

/** A check may have put a link where a folder was: every part of the way is looked at before anything is written. */
async function restore(checkout: string, file: TreeFile, tree: CommitTree): Promise<void> {
  let folder = checkout;
  for (const part of dirname(file.path)
    .split('/')
    .filter((name) => name !== '.')) {
    folder = join(folder, part);
    const stats = await lstat(folder).catch(() => null);
    if (stats && !stats.isDirectory()) await rm(folder, { force: true });
    if (!stats?.isDirectory()) await mkdir(folder);
  }
  const path = join(checkout, file.path);
  await rm(path, { recursive: true, force: true });
  const content = await tree.readBlob(file.oid);
  if (file.mode === '120000') return symlink(content.toString('utf8'), path);
  await writeFile(path, content, { flag: 'wx' });
  if (file.mode === '100755') await chmod(path, 0o755);
}
