import path from 'node:path';
import { addNoteLocal, addNoteRemote } from '../../../git/add-note.ts';
import { commitTrees } from '../../../git/commit-trees.ts';
import type { Mirror } from '../../../git/ensure-mirror.ts';
import { isGitError } from '../../../git/git.ts';
import { notesRef } from '../../../git/notes.ts';
import type { ResolvedSource, ResolveSourceOptions } from '../../../git/source.ts';
import type { CodeHost, NoteRequest, TreesRequest } from '../types.ts';

interface Access {
  readonly find: (options: ResolveSourceOptions) => Promise<ResolvedSource>;
  readonly mirrorOf: (source: ResolvedSource, commit: string, timeoutMs: number) => Promise<Mirror>;
  readonly userEnvironment: Readonly<Record<string, string | undefined>>;
}

/** What receipts need of a git repository: the trees of what was delivered, and notes. */
export function createReceiptNotes({
  find,
  mirrorOf,
  userEnvironment,
}: Access): Pick<CodeHost, 'treesOf' | 'attachNote'> {
  async function treesOf({ repository, baseRef, delivery, timeoutMs }: TreesRequest) {
    const { commit, baseCommit, branch } = delivery;
    const source = await find({ repository, base: baseRef, timeoutMs });
    const commits = [commit, baseCommit];
    if (source.kind === 'local') {
      return headAndBase(await commitTrees({ gitDir: gitDirOf(source), commits, foreign: true, timeoutMs }));
    }
    const { mirrorDir } = await mirrorOf(source, baseCommit, timeoutMs);
    try {
      return headAndBase(await commitTrees({ gitDir: mirrorDir, commits, timeoutMs }));
    } catch (error) {
      if (!isGitError(error, 'git.bad-state')) throw error;
      // Another node delivered it; the remote has it.
      const delivered = { ...source, baseRef: `refs/heads/${branch}` };
      const { mirrorDir: gitDir } = await mirrorOf(delivered, commit, timeoutMs);
      return headAndBase(await commitTrees({ gitDir, commits, timeoutMs }));
    }
  }

  async function attachNote({ repository, baseRef, fence, ...note }: NoteRequest) {
    const { baseCommit, timeoutMs } = note;
    const source = await find({ repository, base: baseRef, timeoutMs });
    if (source.kind === 'local') {
      const changed = await addNoteLocal({ ...note, ...fence, sourceGitDir: gitDirOf(source) });
      return { ref: notesRef, changed };
    }
    const { mirrorDir } = await mirrorOf(source, baseCommit, timeoutMs);
    const remote = { url: source.location, mirrorDir, userEnvironment };
    return { ref: notesRef, changed: await addNoteRemote({ ...note, ...fence, ...remote }) };
  }

  return { treesOf, attachNote };
}

export function gitDirOf(source: ResolvedSource): string {
  return source.gitDir ?? path.join(source.location, '.git');
}

function headAndBase([head = '', base = '']: readonly string[]): { head: string; base: string } {
  return { head, base };
}
