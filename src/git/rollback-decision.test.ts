import { describe, expect, it } from 'vitest';
import { decideRollback, type RollbackSnapshot } from './rollback-decision.ts';

const delivery = {
  branch: 'runyard/t-1',
  commit: 'c'.repeat(40),
  baseCommit: 'b'.repeat(40),
  baseRef: 'refs/heads/main',
};
const later = 'd'.repeat(40);

const fresh: RollbackSnapshot = {
  mode: 'revert',
  delivery,
  branchTip: delivery.commit,
  branchHasCommit: true,
  baseTip: delivery.baseCommit,
  isMerged: false,
  isCheckedOut: false,
};

describe('decideRollback', () => {
  it.each<[string, Partial<RollbackSnapshot>, object]>([
    [
      'reverts on the branch before a merge',
      {},
      { kind: 'revert', onto: delivery.commit, branch: delivery.branch, expected: delivery.commit },
    ],
    [
      'reverts on top of later commits',
      { branchTip: later },
      { kind: 'revert', onto: later, branch: delivery.branch, expected: later },
    ],
    [
      'reverts on a new branch after a merge',
      { isMerged: true, baseTip: later },
      { kind: 'revert', onto: later, branch: 'runyard/revert-ccccccc', expected: null },
    ],
    [
      'reverts a merged change though its branch is gone',
      { isMerged: true, baseTip: later, branchTip: null },
      { kind: 'revert', onto: later, expected: null },
    ],
    [
      'never moves a branch somebody has checked out',
      { isCheckedOut: true },
      { kind: 'revert', branch: 'runyard/revert-ccccccc', expected: null },
    ],
    [
      'has nothing to do where the branch is back at the base',
      { branchTip: delivery.baseCommit, branchHasCommit: false },
      { kind: 'nothing' },
    ],
    ['refuses when branch and merge are gone', { branchTip: null }, { kind: 'refuse' }],
    [
      'refuses when the branch was rewritten',
      { branchTip: later, branchHasCommit: false },
      { kind: 'refuse' },
    ],
    [
      'resets a branch nobody built on',
      { mode: 'reset' },
      { kind: 'reset', branch: delivery.branch, expected: delivery.commit, to: delivery.baseCommit },
    ],
    ['does not reset over later commits', { mode: 'reset', branchTip: later }, { kind: 'refuse' }],
    ['does not reset what was merged', { mode: 'reset', isMerged: true }, { kind: 'refuse' }],
    ['does not reset what is checked out', { mode: 'reset', isCheckedOut: true }, { kind: 'refuse' }],
    ['does not reset twice', { mode: 'reset', branchTip: delivery.baseCommit }, { kind: 'nothing' }],
    ['does not reset a branch that is gone', { mode: 'reset', branchTip: null }, { kind: 'refuse' }],
  ])('G6: %s', (_, change, expected) => {
    expect(decideRollback({ ...fresh, ...change })).toMatchObject(expected);
  });
});
