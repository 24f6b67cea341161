import { pushRefs } from './deliver-remote.ts';
import { git } from './git.ts';
import type { UserEnvironment } from './git-environment.ts';
import { giveToOwner } from './give-to-owner.ts';
import { makeNote, type NewNote, notesRef } from './notes.ts';
import { listRemote } from './resolve-remote.ts';
import { readRefs, updateRefs } from './source-refs.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

interface Confirmed {
  /** Called right before the ref changes; it throws when it must not. */
  readonly confirm?: () => Promise<void>;
}

export interface LocalNoteOptions extends Omit<NewNote, 'objectsOf' | 'before'>, Confirmed {
  /** `gitDir` of the resolved source. */
  readonly sourceGitDir: string;
}

/** Others write notes too; each time somebody was faster, theirs are taken in and it is tried again. */
const MOST_TRIES = 30;

/** Adds a line to the note of a commit in the user's repository. Gives false when it was there. Notes of others are kept. */
export async function addNoteLocal(options: LocalNoteOptions): Promise<boolean> {
  const { sourceGitDir, confirm, ...note } = options;
  const access = { gitDir: sourceGitDir, timeoutMs: note.timeoutMs, signal: note.signal };
  const identity = identityEnvironment(runyardIdentity, note.date);
  const current = async () => (await readRefs(access, [notesRef])).get(notesRef)?.object ?? null;
  return retryWhileMoving(current, async (before) => {
    const made = await makeNote({ ...note, objectsOf: sourceGitDir, before });
    if (made === null) return false;
    await confirm?.();
    await updateRefs(access, [{ name: notesRef, expected: before, value: made.value }], identity);
    giveToOwner(sourceGitDir, [notesRef], made.objects);
    return true;
  });
}

export interface RemoteNoteOptions extends Omit<NewNote, 'objectsOf' | 'before'>, Confirmed {
  readonly url: string;
  /** The mirror of that remote. */
  readonly mirrorDir: string;
  readonly userEnvironment: UserEnvironment;
}

/** The same at a remote, by a push that is conditional on the notes being where they were when ours was added. */
export async function addNoteRemote(options: RemoteNoteOptions): Promise<boolean> {
  const { url, mirrorDir, userEnvironment, confirm, ...note } = options;
  const { timeoutMs, signal } = note;
  const access = { timeoutMs, signal, remoteAccess: userEnvironment };
  const current = async () => (await listRemote(url, access, [notesRef])).objects.get(notesRef) ?? null;
  return retryWhileMoving(current, async (before) => {
    if (before !== null) await fetchNotes(before, options);
    const made = await makeNote({ ...note, objectsOf: mirrorDir, before });
    if (made === null) return false;
    await confirm?.();
    const push = { gitDir: mirrorDir, url, userEnvironment, timeoutMs, ...(signal && { signal }) };
    await pushRefs([{ name: notesRef, value: made.value, expected: before }], push);
    return true;
  });
}

/** Another run of this node may fetch them at the same time: then only one of both can move the ref, and the objects are there. */
async function fetchNotes(
  notes: string,
  { url, mirrorDir, userEnvironment, timeoutMs, signal }: RemoteNoteOptions,
): Promise<void> {
  const access = { gitDir: mirrorDir, timeoutMs, signal };
  const quiet = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance'];
  const spec = `+${notesRef}:refs/runyard/notes`;
  try {
    const remote = { remoteAccess: userEnvironment, subject: url };
    await git(['fetch', ...quiet, '--', url, spec], { ...access, ...remote });
  } catch (error) {
    const found = await git(['cat-file', '-e', notes], { ...access, answers: [1, 128] });
    if (found.exitCode !== 0) throw error;
  }
}

/** Somebody else may be writing at that moment, who is not done when we look again. */
const MOST_TRIES_UNMOVED = 3;

/** A change that failed is tried again while what it rested on changes; then it may have come through, too, which it finds. */
async function retryWhileMoving(
  current: () => Promise<string | null>,
  change: (before: string | null) => Promise<boolean>,
): Promise<boolean> {
  let before = await current();
  let unmoved = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await change(before);
    } catch (error) {
      const now = await current();
      unmoved = now === before ? unmoved + 1 : 0;
      if (unmoved >= MOST_TRIES_UNMOVED || tries >= MOST_TRIES) throw error;
      before = now;
    }
  }
}
