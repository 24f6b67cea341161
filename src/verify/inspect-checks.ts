import { runyardError } from '../domain/errors/runyard-error.ts';
import type { RunSpec } from '../domain/run.ts';
import type { Check } from '../domain/verdict.ts';
import { withBorrowedRepository } from '../git/borrowed-repository.ts';
import { resolveSource } from '../git/resolve-source.ts';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import { type CheckPlan, planChecks } from './check-plan.ts';
import { type CommitTree, readChangedFiles, readCommitTree } from './commit-tree.ts';
import { commitWorkTree } from './work-tree-commit.ts';

export interface InspectOptions {
  /** Absolute path of a local repository. */
  readonly repository: string;
  /** What the change is compared with; null: no change, the whole repository. */
  readonly base: string | null;
  /** Files to take for changed instead; null: those that differ from `base`. */
  readonly changedFiles: readonly string[] | null;
  /** The files as they stand now, or those of the commit that is checked out. */
  readonly worktree: boolean;
  readonly commands: RunSpec['checks']['commands'];
  readonly limits: { readonly checkMs: number; readonly gitMs: number };
  readonly environment: HostEnvironment;
  readonly signal: AbortSignal;
}

export interface InspectedCheck extends Check {
  readonly reasons: readonly string[];
  /** The program of this machine that it needs and that is not there; null: none, as far as can be told without installing. */
  readonly missing: string | null;
}

export interface InspectedChecks
  extends Pick<CheckPlan, 'install' | 'warnings' | 'broken' | 'leftOut' | 'workspace' | 'removed'> {
  readonly repository: string;
  readonly commit: string;
  readonly baseCommit: string | null;
  readonly changedFiles: readonly string[] | null;
  readonly checks: readonly InspectedCheck[];
}

/** `runyard checks`: what a verification would run and why, decided by the same code; nothing is installed or run. */
export async function inspectChecks(options: InspectOptions): Promise<InspectedChecks> {
  const { limits, signal, environment } = options;
  const commits = await findCommits(options);
  const borrow = { from: commits.gitDir, head: commits.head, bare: false };
  return withBorrowedRepository(borrow, async (gitDir) => {
    const area = { gitDir, timeoutMs: limits.gitMs, signal };
    const commit = options.worktree
      ? await commitWorkTree({
          ...area,
          userGitDir: commits.gitDir,
          workTree: commits.location,
          parent: commits.head,
          date: new Date(),
        })
      : commits.head;
    const read = (which: string): Promise<CommitTree> => readCommitTree({ ...area, commit: which });
    const head = await read(commit);
    const base = commits.base === null ? head : await read(commits.base);
    const changedFiles = options.changedFiles ?? (await changedSince(commits.base, { ...area, commit }));
    const plan = await planChecks({
      base,
      head,
      commands: options.commands,
      timeoutMs: limits.checkMs,
      environment,
      ...(changedFiles === null ? {} : { changedFiles }),
    });
    return inspected(plan, {
      repository: commits.location,
      commit,
      baseCommit: commits.base,
      changedFiles,
      environment,
    });
  });
}

async function changedSince(
  base: string | null,
  options: { gitDir: string; commit: string; timeoutMs: number; signal: AbortSignal },
): Promise<readonly string[] | null> {
  return base === null ? null : (await readChangedFiles(base, options)).map(({ path }) => path);
}

interface Commits {
  readonly gitDir: string;
  readonly location: string;
  readonly head: string;
  readonly base: string | null;
}

async function findCommits({
  repository,
  base,
  limits,
  environment,
  signal,
}: InspectOptions): Promise<Commits> {
  const resolve = (revision: string) =>
    resolveSource({
      repository,
      base: revision,
      userEnvironment: environment,
      timeoutMs: limits.gitMs,
      signal,
      skipWorkTree: true,
    });
  const head = await resolve('HEAD');
  if (head.kind !== 'local' || head.gitDir === null) {
    throw runyardError('git.not-a-repository', {
      repository,
      detail: 'Checks are looked for in a local clone of it.',
    });
  }
  const { gitDir, location, baseCommit } = head;
  return {
    gitDir,
    location,
    head: baseCommit,
    base: base === null ? null : (await resolve(base)).baseCommit,
  };
}

interface Around extends Pick<InspectedChecks, 'repository' | 'commit' | 'baseCommit' | 'changedFiles'> {
  readonly environment: HostEnvironment;
}

function inspected(plan: CheckPlan, { environment, ...about }: Around): InspectedChecks {
  const { install, warnings, broken, leftOut, workspace, removed } = plan;
  const path = userPath(environment['PATH']);
  const isBrought = (tool: string) => install?.brings?.program === tool;
  const missing = ({ argv: [tool = ''] }: Check) =>
    OF_THE_MACHINE.has(tool) && !isBrought(tool) && findExecutable(tool, path) === null ? tool : null;
  const checks = plan.checks.map((check) => ({
    ...check,
    reasons: plan.reasons.get(check.name) ?? [],
    missing: missing(check),
  }));
  return { ...about, install, warnings, broken, leftOut, workspace, removed, checks };
}

/** Programs that no package of the repository brings. */
const OF_THE_MACHINE = new Set([
  'node',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'python3',
  'pytest',
  'ruff',
  'mypy',
  'pyright',
  'flake8',
  'black',
  'go',
  'cargo',
]);
