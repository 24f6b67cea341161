import { join } from 'node:path';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { type GitOptions, git, textOf } from './git.ts';
import { readLooseRef } from './repository-layout.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

/** Where receipts lie. git keeps everything under refs/notes/ apart from branches; nobody fetches it without asking for it. */
export const notesRef = 'refs/notes/runyard';

/** Far more than the receipts of one commit. */
const LARGEST_NOTE_BYTES = 32 * 1024 * 1024;

/** The note of a commit; null: it has none. `gitDir` may be somebody else's: nothing it configures is run. */
export async function readNote(commit: string, options: GitOptions): Promise<string | null> {
  const list = await git(['notes', `--ref=${notesRef}`, 'list', commit], { ...options, answers: [1, 128] });
  const blob = textOf(list).trim();
  if (list.exitCode !== 0 || blob === '') return null;
  const content = await git(['cat-file', 'blob', blob], { ...options, maxOutputBytes: LARGEST_NOTE_BYTES });
  return textOf(content);
}

export interface NewNote {
  /** Whose object store gets the note. */
  readonly objectsOf: string;
  /** Where the notes are now; null: there are none. */
  readonly before: string | null;
  readonly commit: string;
  /** A commit that is there. */
  readonly baseCommit: string;
  /** One line. It is added to what the commit has as a note already. */
  readonly line: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MadeNote {
  /** The commit the notes ref is to name. */
  readonly value: string;
  /** Every object that was made, for those who must own them. */
  readonly objects: readonly string[];
}

/** Makes the notes with one more line, as objects alone; no ref of the repository changes. null: the line is there already. */
export async function makeNote(note: NewNote): Promise<MadeNote | null> {
  const { objectsOf, before, commit, baseCommit, line, date, timeoutMs, signal } = note;
  const refs: Readonly<Record<string, string>> = before === null ? {} : { [notesRef]: before };
  return withBorrowedRepository({ from: objectsOf, head: baseCommit, refs }, async (gitDir) => {
    const env = {
      GIT_OBJECT_DIRECTORY: join(objectsOf, 'objects'),
      ...identityEnvironment(runyardIdentity, date),
    };
    const options = { gitDir, env, timeoutMs, signal, subject: objectsOf };
    const existing = before === null ? null : await readNote(commit, options);
    if (existing?.split('\n').includes(line)) return null;
    await git(['notes', `--ref=${notesRef}`, 'append', '--file=-', commit], {
      ...options,
      input: `${line}\n`,
    });
    const value = readLooseRef(gitDir, notesRef) ?? '';
    const made = [
      'rev-list',
      '--objects',
      '--no-object-names',
      value,
      ...(before === null ? [] : [`^${before}`]),
    ];
    return {
      value,
      objects: textOf(await git(made, options))
        .trim()
        .split('\n'),
    };
  });
}
