import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { changeArgs, parseChanges, type RawChange } from './changed-files.ts';
import { commitTree } from './commit-workspace.ts';
import { git, textOf } from './git.ts';
import { discardIndex } from './staging-area.ts';
import { withoutBrokenEncodings } from './working-tree-encoding.ts';

export interface CommitPathsOptions {
  /** A repository of ours that has `commit`. */
  readonly gitDir: string;
  /** Was laid out from `commit`; what programs did to it since is not trusted. */
  readonly workTree: string;
  readonly commit: string;
  readonly parent: string;
  /** The only files that are looked at. */
  readonly paths: readonly string[];
  readonly message: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface PathsCommit {
  readonly commit: string;
  readonly tree: string;
  readonly changed: readonly string[];
}

/** A formatter does not make a file larger than this. */
const LARGEST_BYTES = 16 * 1024 * 1024;

/**
 * The commit once more, with the new content of some of its files. Whatever else differs in the work tree is left out: other files, new ones,
 * removed ones, links and modes. null: none of the files has other content.
 */
export async function commitPaths(options: CommitPathsOptions): Promise<PathsCommit | null> {
  const { gitDir, workTree, commit, timeoutMs, signal } = options;
  const index = join(gitDir, 'index.autofix');
  const env = { GIT_INDEX_FILE: index, GIT_LITERAL_PATHSPECS: '1' };
  const area = { gitDir, workTree, timeoutMs, signal, env };
  const paths = options.paths.filter((path) => isOrdinary(join(workTree, path)));
  if (paths.length === 0) return null;
  try {
    await git(['read-tree', commit], area);
    const input = Buffer.from(paths.join('\0'));
    const add = ['add', '--pathspec-from-file=-', '--pathspec-file-nul'];
    await withoutBrokenEncodings(gitDir, () => git(add, { ...area, input }));
    const staged = await git(['diff-index', '--cached', ...changeArgs, commit], area);
    const kept = parseChanges(staged.stdout).filter(isNewContent);
    if (kept.length === 0) return null;
    const tree = await treeWith(kept, area, commit);
    const id = commitTree(area, { ...options, tree });
    return { commit: id, tree, changed: kept.map(({ path }) => path) };
  } finally {
    discardIndex(index);
  }
}

function isOrdinary(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= LARGEST_BYTES;
}

function isNewContent({ status, oldMode, newMode }: RawChange): boolean {
  return status === 'modified' && oldMode === newMode;
}

interface Area {
  readonly gitDir: string;
  readonly workTree: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** The tree of the commit with the new objects of these files. */
async function treeWith(kept: readonly RawChange[], area: Area, commit: string): Promise<string> {
  const listed = await git(['ls-files', '--stage', '-z'], area);
  const wanted = new Set(kept.map(({ rawPath }) => rawPath));
  const entries = listed.stdout
    .split('\0')
    .filter((entry) => wanted.has(entry.slice(entry.indexOf('\t') + 1)));
  await git(['read-tree', commit], area);
  const input = Buffer.from(entries.map((entry) => `${entry}\0`).join(''), 'latin1');
  await git(['update-index', '-z', '--index-info'], { ...area, input });
  return textOf(await git(['write-tree'], area)).trim();
}
