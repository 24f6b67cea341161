import { runyardError } from '../domain/errors/runyard-error.ts';
import { addObjects } from './add-objects.ts';
import { giveToOwner } from './give-to-owner.ts';
import type { SavedWork } from './saved-work.ts';
import { readRefs, updateRefs } from './source-refs.ts';
import { identityEnvironment, runyardIdentity } from './workspace.ts';

export interface GiveBack {
  readonly work: Pick<SavedWork, 'ref' | 'commit' | 'baseCommit'>;
  readonly mirrorDir: string;
  /** Of the source: a local repository that is not ours. */
  readonly sourceGitDir: string;
  /** Short name. */
  readonly branch: string;
  readonly date: Date;
  readonly timeoutMs: number;
}

/**
 * Makes saved work a new branch of the source; its work tree, its HEAD and every other ref stay as they are. False: it was there already. Throws
 * `git.branch-exists` when the name has other content.
 */
export async function giveBackAsBranch(options: GiveBack): Promise<boolean> {
  const { work, mirrorDir, sourceGitDir, branch, date, timeoutMs } = options;
  const { commit, baseCommit, ref } = work;
  const access = { gitDir: sourceGitDir, timeoutMs };
  const name = `refs/heads/${branch}`;
  const existing = (await readRefs(access, [name])).get(name);
  if (existing?.commit === commit) return false;
  if (existing) throw runyardError('git.branch-exists', { branch, commit: existing.commit });
  await addObjects({ to: sourceGitDir, from: mirrorDir, ref, commit, base: baseCommit, timeoutMs });
  const identity = identityEnvironment(runyardIdentity, date);
  await updateRefs(access, [{ name, expected: null, value: commit }], identity);
  giveToOwner(sourceGitDir, [name], []);
  return true;
}
