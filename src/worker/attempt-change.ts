import type { AttemptRecord } from '../domain/attempt.ts';
import { type AttemptChange, longestHunk, mostChangedFiles, mostHunks } from '../domain/attempt-change.ts';
import type { ChangedFile } from '../git/changed-files.ts';
import { diffOf } from '../git/diff-of.ts';
import type { WorkerContext } from './context.ts';
import { workspaceFolders } from './workspace-folders.ts';

interface Changed {
  readonly context: WorkerContext;
  readonly attempts: readonly AttemptRecord[];
  readonly commit: string;
  /** Where its work tree started; null: the base commit. */
  readonly startedFrom: string | null;
  readonly signal: AbortSignal;
}

const MOST_DIFF_BYTES = 256 * 1024;
const LETTERS: Readonly<Record<ChangedFile['status'], string>> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  'type-changed': 'T',
};

/**
 * What an attempt changed since the one it went on from, or since the one before where it began anew, for whoever learns from it. Null for
 * the first one, and where that commit is not at hand any more (its worker was lost). Never fails an attempt.
 */
export async function changeSince(changed: Changed): Promise<AttemptChange | null> {
  const { context, attempts, commit, startedFrom, signal } = changed;
  const before =
    attempts.findLast((attempt) => startedFrom !== null && attempt.commit === startedFrom) ??
    attempts.findLast((attempt) => attempt.commit !== null);
  if (!before?.commit || before.commit === commit) return null;
  const since = before.commit;
  try {
    const { hostGitDir } = workspaceFolders(context.assignment);
    const { gitMs } = context.assignment.spec.limits;
    const diff = await diffOf({
      gitDir: hostGitDir,
      base: since,
      commit,
      maxBytes: MOST_DIFF_BYTES,
      timeoutMs: gitMs,
      signal,
    });
    const failing = new Set(before.verdict?.introduced.flatMap(({ file }) => file ?? []));
    const { redact } = context;
    return {
      since,
      files: diff.files
        .slice(0, mostChangedFiles)
        .map(({ path, status }) => ({ path: redact(path), status: LETTERS[status] })),
      moreFiles: Math.max(0, diff.files.length - mostChangedFiles),
      hunks: hunksOf(diff.text)
        .toSorted((a, b) => Number(failing.has(b.file)) - Number(failing.has(a.file)))
        .slice(0, mostHunks)
        // Redacted before it is cut: half a secret is not recognised.
        .map(({ file, text }) => ({ file: redact(file), text: cutLines(redact(text)) })),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    context.emit({
      type: 'run.warning',
      data: {
        code: 'change-unknown',
        message:
          'What this attempt changed since the one before could not be read; nothing is learned from it.',
      },
    });
    return null;
  }
}

/** The hunks of a unified diff, each with its file. Renames and binary files have none. */
export function hunksOf(diff: string): { file: string; text: string }[] {
  const hunks: { file: string; lines: string[] }[] = [];
  let file: string | null = null;
  let left = { old: 0, new: 0 };
  for (const line of diff.split('\n')) {
    const inHunk = left.old > 0 || left.new > 0;
    const hunk = hunks.at(-1);
    if (inHunk && hunk && !line.startsWith('\\')) {
      hunk.lines.push(line);
      left = {
        old: left.old - (line.startsWith('+') ? 0 : 1),
        new: left.new - (line.startsWith('-') ? 0 : 1),
      };
      continue;
    }
    const head = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (head && file !== null) {
      hunks.push({ file, lines: [] });
      left = { old: Number(head[1] ?? 1), new: Number(head[2] ?? 1) };
    } else if (line.startsWith('diff --git ')) file = null;
    else file = /^(?:---|\+\+\+) "?[ab]\/(.*?)"?\t?$/.exec(line)?.[1] ?? file;
  }
  return hunks.map(({ file: path, lines }) => ({ file: path, text: lines.join('\n') }));
}

/** Whole lines, so that none is cut in half. */
function cutLines(text: string): string {
  if (text.length <= longestHunk) return text;
  const end = text.lastIndexOf('\n', longestHunk);
  return text.slice(0, end > 0 ? end : longestHunk);
}
