import { revertBranchName } from './names.ts';

export type RollbackMode = 'revert' | 'reset';

/** What was delivered, as recorded with the run. */
export interface DeliveredCommit {
  /** Short name of the run's branch. */
  readonly branch: string;
  readonly commit: string;
  readonly baseCommit: string;
  /** Full name of the branch the run started from; null when there was none. */
  readonly baseRef: string | null;
}

/** The source as it is now. */
export interface RollbackSnapshot {
  readonly mode: RollbackMode;
  readonly delivery: DeliveredCommit;
  /** Tip of the run's branch; null when it is gone. */
  readonly branchTip: string | null;
  /** Whether the run's branch still has the delivered commit. */
  readonly branchHasCommit: boolean;
  /** Tip of the branch the run started from; null when it is gone. */
  readonly baseTip: string | null;
  /** Whether that branch has the delivered change: merged, rebased or squashed. */
  readonly isMerged: boolean;
  /** Whether somebody works on the run's branch: it is checked out in a work tree. */
  readonly isCheckedOut: boolean;
}

export type RollbackAction =
  /** A commit on top of `onto` that undoes the change, as the new tip of `branch`. */
  | {
      readonly kind: 'revert';
      readonly onto: string;
      readonly branch: string;
      readonly expected: string | null;
    }
  | { readonly kind: 'reset'; readonly branch: string; readonly expected: string; readonly to: string }
  | { readonly kind: 'nothing'; readonly branch: string; readonly commit: string }
  | { readonly kind: 'refuse'; readonly why: string };

export function decideRollback(snapshot: RollbackSnapshot): RollbackAction {
  return snapshot.mode === 'reset' ? decideReset(snapshot) : decideRevert(snapshot);
}

function decideRevert(snapshot: RollbackSnapshot): RollbackAction {
  const { delivery, branchTip, baseTip, isMerged, branchHasCommit, isCheckedOut } = snapshot;
  const { branch, commit, baseCommit } = delivery;
  const newBranch = revertBranchName(commit);
  if (isMerged && baseTip !== null)
    return { kind: 'revert', onto: baseTip, branch: newBranch, expected: null };
  if (branchTip === null)
    return refuse(`The branch ${branch} is gone and was not merged: there is nothing left to undo.`);
  if (branchTip === baseCommit) return { kind: 'nothing', branch, commit: branchTip };
  if (!branchHasCommit)
    return refuse(`The branch ${branch} does not have the commit ${commit} any more: it was rewritten.`);
  // Moving a branch under somebody's work tree would make their files look changed.
  if (isCheckedOut) return { kind: 'revert', onto: branchTip, branch: newBranch, expected: null };
  return { kind: 'revert', onto: branchTip, branch, expected: branchTip };
}

function decideReset(snapshot: RollbackSnapshot): RollbackAction {
  const { delivery, branchTip, isMerged, isCheckedOut } = snapshot;
  const { branch, commit, baseCommit } = delivery;
  if (isMerged)
    return refuse(
      'The change was merged, so moving its branch back would not undo it. Run it again without --reset: a new commit then undoes it.',
    );
  if (branchTip === null) return refuse(`The branch ${branch} is gone: there is nothing to move back.`);
  if (branchTip === baseCommit) return { kind: 'nothing', branch, commit: branchTip };
  if (branchTip !== commit)
    return refuse(
      `There are other commits on ${branch}; moving it back would drop them. Run it again without --reset: a new commit then undoes it.`,
    );
  if (isCheckedOut)
    return refuse(
      `The branch ${branch} is checked out in a work tree. Switch to another branch there first.`,
    );
  return { kind: 'reset', branch, expected: branchTip, to: baseCommit };
}

function refuse(why: string): RollbackAction {
  return { kind: 'refuse', why };
}
