import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { makeOwnedFolder } from '../process/owned-folder.ts';
import { withBorrowedRepository } from './borrowed-repository.ts';
import { showPath } from './changed-files.ts';
import { commitTree } from './commit-workspace.ts';
import { type GitOptions, git, isGitError, textOf } from './git.ts';
import { writeRef, writeRepository } from './repository-layout.ts';
import {
  type DeliveredCommit,
  decideRollback,
  type RollbackAction,
  type RollbackMode,
} from './rollback-decision.ts';
import { type RollbackAccess, type RollbackSide, rollbackSide } from './rollback-side.ts';
import { type Identity, runyardIdentity } from './workspace.ts';

export interface RollbackOptions extends RollbackAccess {
  readonly delivery: DeliveredCommit;
  readonly mode: RollbackMode;
  readonly author?: Identity;
  /** Lines such as `Runyard-Run: <id>` at the end of the revert's message. */
  readonly trailers?: readonly string[];
}

export interface RollbackOutcome {
  readonly mode: RollbackMode;
  /** Short name of the branch that now has the state without the change. */
  readonly branch: string;
  /** Its tip. */
  readonly commit: string;
  /** false: it was undone before, and nothing was done now. */
  readonly changed: boolean;
}

/**
 * Undoes a delivered commit, also after it was merged. By default with a commit that reverts it; `reset` moves the run's branch back
 * where nothing was built on it. A branch somebody has checked out is never moved.
 */
export async function rollback(options: RollbackOptions): Promise<RollbackOutcome> {
  const side = rollbackSide(options);
  const action = decideRollback(await look(side, options));
  switch (action.kind) {
    case 'refuse':
      throw runyardError('git.bad-state', { repository: options.source.location, detail: action.why });
    case 'nothing':
      return { mode: options.mode, branch: action.branch, commit: action.commit, changed: false };
    case 'reset': {
      const { branch, expected, to } = action;
      await side.setBranch({ name: `refs/heads/${branch}`, expected, value: to, base: to, from: null });
      return { mode: 'reset', branch, commit: to, changed: true };
    }
    case 'revert':
      return revert(side, action, options);
  }
}

async function look(side: RollbackSide, { delivery, mode, timeoutMs, signal }: RollbackOptions) {
  const { branch, commit, baseCommit, baseRef } = delivery;
  const branchName = `refs/heads/${branch}`;
  const tips = await side.tips([branchName, ...(baseRef === null ? [] : [baseRef])]);
  const branchTip = tips.get(branchName) ?? null;
  const baseTip = baseRef === null ? null : (tips.get(baseRef) ?? null);
  const known = [branchTip, baseTip].filter((tip) => tip !== null);
  const from = await side.objectsOf([...known, ...(known.length === 0 ? [baseCommit] : [])]);
  const facts = await withBorrowedRepository({ from, head: baseCommit }, async (gitDir) => {
    const options: GitOptions = { gitDir, timeoutMs, signal };
    const [branchHasCommit, isMerged] = await Promise.all([
      branchTip === null ? false : isAncestor(commit, branchTip, options),
      baseTip === null ? false : isIn(baseTip, delivery, options),
    ]);
    return { branchHasCommit, isMerged };
  });
  const isCheckedOut = (await side.checkedOut()).has(branchName);
  return { mode, delivery, branchTip, baseTip, isCheckedOut, ...facts };
}

async function isAncestor(commit: string, tip: string, options: GitOptions): Promise<boolean> {
  // 128: the commit is not even there.
  const output = await git(['merge-base', '--is-ancestor', commit, tip], { ...options, answers: [1, 128] });
  return output.exitCode === 0;
}

/** The commit itself, or (rebased, squashed) commits with the very same changes: `git cherry` marks those with a minus. */
async function isIn(
  tip: string,
  { commit, baseCommit }: DeliveredCommit,
  options: GitOptions,
): Promise<boolean> {
  if (await isAncestor(commit, tip, options)) return true;
  const output = await git(['cherry', tip, commit, baseCommit], { ...options, answers: [128] });
  const lines = textOf(output).split('\n').filter(Boolean);
  return lines.length > 0 && lines.every((line) => line.startsWith('- '));
}

async function revert(
  side: RollbackSide,
  action: Extract<RollbackAction, { kind: 'revert' }>,
  options: RollbackOptions,
): Promise<RollbackOutcome> {
  const { onto, branch, expected } = action;
  const from = await side.objectsOf([onto]);
  const folder = makeOwnedFolder('git');
  try {
    const { gitDir, commit } = await makeRevert({ folder, from, onto }, options);
    if (commit === null)
      return { mode: 'revert', branch: options.delivery.branch, commit: onto, changed: false };
    const ref = 'refs/heads/revert';
    writeRef(gitDir, ref, commit);
    const name = `refs/heads/${branch}`;
    const there = (await side.tips([name])).get(name) ?? null;
    if (expected === null && there !== null)
      return await earlierRevert(side, { there, gitDir, branch }, options);
    await side.setBranch({ name, expected, value: commit, base: onto, from: { gitDir, ref } });
    return { mode: 'revert', branch, commit, changed: true };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly folder: string;
  readonly from: string;
  readonly onto: string;
}

/** The commit that undoes the change on top of `onto`; null when nothing of the change is left there. */
async function makeRevert({ folder, from, onto }: Place, options: RollbackOptions) {
  const { delivery, timeoutMs, signal, date, author = runyardIdentity } = options;
  const gitDir = join(folder, 'repository');
  const workTree = join(folder, 'tree');
  mkdirSync(workTree);
  const alternates = [join(from, 'objects')];
  writeRepository({
    gitDir,
    bare: false,
    head: onto,
    alternates,
    shallowLike: from,
    exampleCommit: onto,
    user: runyardIdentity,
  });
  const area = { gitDir, workTree, timeoutMs, signal };
  await git(['read-tree', '-m', '-u', onto], area);
  try {
    await git(['revert', '--no-commit', `${delivery.baseCommit}..${delivery.commit}`], area);
  } catch (error) {
    const paths = isGitError(error, 'git.failed') ? await unmerged(area) : [];
    if (paths.length === 0) throw error;
    throw runyardError('git.conflict', { operation: `Undoing ${delivery.commit.slice(0, 7)}`, paths }, error);
  }
  const tree = textOf(await git(['write-tree'], area)).trim();
  const before = textOf(await git(['rev-parse', `${onto}^{tree}`], area)).trim();
  if (tree === before) return { gitDir, commit: null };
  const message = await messageFor(options, area);
  return { gitDir, commit: commitTree(area, { tree, parent: onto, message, author, date }) };
}

async function unmerged(area: GitOptions): Promise<string[]> {
  const output = await git(['diff', '--name-only', '--diff-filter=U', '-z'], area);
  return output.stdout.split('\0').filter(Boolean).map(showPath);
}

async function messageFor({ delivery, trailers = [] }: RollbackOptions, area: GitOptions): Promise<string> {
  const subject = textOf(await git(['log', '-1', '--format=%s', delivery.commit], area)).trim();
  return [`Revert "${subject}"`, '', `This reverts commit ${delivery.commit}.`, '', ...trailers].join('\n');
}

interface Found {
  readonly there: string;
  readonly gitDir: string;
  readonly branch: string;
}

/** The branch for the revert is there already: fine if it undoes this very commit, whenever that was done. */
async function earlierRevert(
  side: RollbackSide,
  found: Found,
  options: RollbackOptions,
): Promise<RollbackOutcome> {
  const { there, gitDir, branch } = found;
  const { delivery, timeoutMs, signal } = options;
  await side.objectsOf([there]);
  const output = await git(['log', '-1', '--format=%B', there], { gitDir, timeoutMs, signal });
  if (!textOf(output).includes(`This reverts commit ${delivery.commit}.`)) {
    throw runyardError('git.branch-exists', { branch, commit: there });
  }
  return { mode: 'revert', branch, commit: there, changed: false };
}
