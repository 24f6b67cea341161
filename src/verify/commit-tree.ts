import { git, textOf } from '../git/git.ts';

export interface TreeFile {
  readonly path: string;
  /** As git writes it: `100644`, `100755`, `120000` (link), `160000` (submodule). */
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
}

/** The files of a commit, read from the object database. */
export interface CommitTree {
  readonly files: readonly TreeFile[];
  /** null: there is no such regular file, or it is larger than 4 MiB. */
  readText(path: string): Promise<string | null>;
  readBlob(oid: string): Promise<Buffer>;
}

export interface CommitTreeOptions {
  readonly gitDir: string;
  readonly commit: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const LARGEST_TEXT_BYTES = 4 * 1024 * 1024;

export async function readCommitTree({
  gitDir,
  commit,
  timeoutMs,
  signal,
}: CommitTreeOptions): Promise<CommitTree> {
  const options = { gitDir, timeoutMs, signal };
  const listed = textOf(await git(['ls-tree', '-r', '-z', '--full-tree', commit], options));
  const files = listed.split('\0').flatMap((entry) => parseEntry(entry) ?? []);
  const readBlob = async (oid: string) =>
    Buffer.from((await git(['cat-file', 'blob', oid], options)).stdout, 'latin1');
  return {
    files,
    readBlob,
    async readText(path) {
      const file = files.find((candidate) => candidate.path === path && /^100/.test(candidate.mode));
      if (!file) return null;
      const size = Number(textOf(await git(['cat-file', '-s', file.oid], options)).trim());
      return size > LARGEST_TEXT_BYTES ? null : (await readBlob(file.oid)).toString('utf8');
    },
  };
}

/** `<mode> <type> <oid>\t<path>` */
function parseEntry(entry: string): TreeFile | null {
  const match = /^(\d{6}) (\w+) ([0-9a-f]+)\t([\s\S]+)$/.exec(entry);
  if (!match) return null;
  const [, mode = '', type = '', oid = '', path = ''] = match;
  return { mode, type, oid, path };
}

export interface ChangedFile {
  readonly path: string;
  /** `A`dded, `M`odified, `D`eleted, `T`ype changed. */
  readonly status: string;
}

/** The files in which two commits differ; a rename is a deletion and an addition. */
export async function readChangedFiles(
  baseCommit: string,
  { gitDir, commit, timeoutMs, signal }: CommitTreeOptions,
): Promise<ChangedFile[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', baseCommit, commit];
  const parts = textOf(await git(args, { gitDir, timeoutMs, signal })).split('\0');
  const changed: ChangedFile[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    changed.push({ status: parts[index] ?? '', path: parts[index + 1] ?? '' });
  }
  return changed;
}
