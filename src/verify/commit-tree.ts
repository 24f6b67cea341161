import { git, isGitError, textOf } from '../git/git.ts';

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
  /** Those of the given files that are there, regular and not larger than that, in two calls of git however many they are. */
  readTexts(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  readBlob(oid: string): Promise<Buffer>;
  /** Where the targets of its links lead, as they are written. */
  readLinks(): Promise<ReadonlyMap<string, string>>;
  /**
   * Every text in the files of the pathspecs that matches one of the patterns (extended regular expressions); null: more than 16 MiB of them,
   * or it took longer than git may.
   */
  findText(patterns: readonly string[], pathspecs: readonly string[]): Promise<readonly FoundText[] | null>;
}

export interface FoundText {
  readonly path: string;
  readonly text: string;
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
  const regular = new Map(files.filter(({ mode }) => /^100/.test(mode)).map((file) => [file.path, file.oid]));
  const links = new Map(files.filter(({ mode }) => mode === '120000').map((file) => [file.path, file.oid]));
  return {
    files,
    readBlob,
    async readText(path) {
      const oid = regular.get(path);
      if (oid === undefined) return null;
      const size = Number(textOf(await git(['cat-file', '-s', oid], options)).trim());
      return size > LARGEST_TEXT_BYTES ? null : (await readBlob(oid)).toString('utf8');
    },
    readTexts: (paths) => readTexts(new Map(paths.flatMap((path) => pair(path, regular.get(path)))), options),
    readLinks: () => readTexts(links, options),
    findText: (patterns, pathspecs) => findText({ patterns, pathspecs }, { ...options, commit }),
  };
}

const MOST_FOUND_BYTES = 16 * 1024 * 1024;

async function findText(
  { patterns, pathspecs }: { readonly patterns: readonly string[]; readonly pathspecs: readonly string[] },
  { commit, ...options }: CommitTreeOptions,
): Promise<readonly FoundText[] | null> {
  const wanted = patterns.flatMap((pattern) => ['-e', pattern]);
  const how = ['grep', '-z', '-I', '--only-matching', '--extended-regexp', '--no-textconv', ...wanted];
  try {
    const bounded = { ...options, answers: [1], maxOutputBytes: MOST_FOUND_BYTES };
    const output = await git([...how, commit, '--', ...pathspecs], bounded);
    return output.isTruncated ? null : foundIn(textOf(output), commit);
  } catch (error) {
    if (isGitError(error, 'git.timed-out')) return null;
    throw error;
  }
}

/** `<commit>:<path>\0<text>\n`; a text holds neither. */
function foundIn(output: string, commit: string): FoundText[] {
  return output.split('\n').flatMap((line) => {
    const end = line.indexOf('\0');
    return end === -1 ? [] : [{ path: line.slice(commit.length + 1, end), text: line.slice(end + 1) }];
  });
}

function pair(path: string, oid: string | undefined): [string, string][] {
  return oid === undefined ? [] : [[path, oid]];
}

/** Together; what would be too much is left out, the last ones first. */
const LARGEST_BATCH_BYTES = 32 * 1024 * 1024;

async function readTexts(
  oids: ReadonlyMap<string, string>,
  options: Omit<CommitTreeOptions, 'commit'>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  if (oids.size === 0) return texts;
  const ask = async (how: string, wanted: readonly string[]) =>
    (await git(['cat-file', how], { ...options, input: `${wanted.join('\n')}\n` })).stdout;
  const sizes = (await ask('--batch-check=%(objectsize)', [...oids.values()])).split('\n').map(Number);
  const wanted: [path: string, oid: string][] = [];
  let sum = 0;
  for (const [index, entry] of [...oids].entries()) {
    const size = sizes[index] ?? Number.NaN;
    if (!(size <= LARGEST_TEXT_BYTES && sum + size <= LARGEST_BATCH_BYTES)) continue;
    sum += size;
    wanted.push(entry);
  }
  if (wanted.length === 0) return texts;
  const found = await ask(
    '--batch=%(objectsize)',
    wanted.map(([, oid]) => oid),
  );
  let at = 0;
  for (const [path] of wanted) {
    const start = found.indexOf('\n', at) + 1;
    const end = start + Number(found.slice(at, start));
    texts.set(path, Buffer.from(found.slice(start, end), 'latin1').toString('utf8'));
    at = end + 1;
  }
  return texts;
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
