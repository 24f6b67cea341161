import { type ChangedFile, changeArgs, parseChanges, publicChange } from './changed-files.ts';
import { git, textOf } from './git.ts';

export interface DiffOptions {
  readonly gitDir: string;
  readonly base: string;
  readonly commit: string;
  /** Of the text; the list of files is always complete. */
  readonly maxBytes?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Diff {
  readonly text: string;
  readonly isTruncated: boolean;
  readonly files: readonly ChangedFile[];
  readonly added: number;
  readonly deleted: number;
}

const MAX_BYTES = 512 * 1024;

/** What changed between two commits, as facts and as text. Binary files stand as one line; a long text is cut at a line's end. */
export async function diffOf({
  gitDir,
  base,
  commit,
  maxBytes = MAX_BYTES,
  timeoutMs,
  signal,
}: DiffOptions): Promise<Diff> {
  const options = { gitDir, timeoutMs, signal };
  const textArgs = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--find-renames',
    '--end-of-options',
    base,
    commit,
  ];
  const [listing, patch] = await Promise.all([
    git(['diff-tree', ...changeArgs, base, commit], options),
    git(textArgs, { ...options, maxOutputBytes: maxBytes }),
  ]);
  const files = parseChanges(listing.stdout).map(publicChange);
  const text = textOf(patch);
  return {
    text: patch.isTruncated ? text.slice(0, text.lastIndexOf('\n') + 1) : text,
    isTruncated: patch.isTruncated,
    files,
    added: files.reduce((sum, file) => sum + file.added, 0),
    deleted: files.reduce((sum, file) => sum + file.deleted, 0),
  };
}
