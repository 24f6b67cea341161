import type { RunyardError } from '../domain/errors/runyard-error.ts';
import type { CheckResult } from '../domain/verdict.ts';
import { isGitError } from '../git/git.ts';
import { createBaseline } from './baseline.ts';
import { brokenAttributes } from './broken-commit.ts';
import type { CheckPlan } from './check-plan.ts';
import { type CheckFiles, type CheckTree, createCheckTree, installCheck } from './check-tree.ts';
import type { ChecksRun } from './checks-run.ts';
import type { CommitTree } from './commit-tree.ts';
import { addFacts } from './facts/add-facts.ts';
import { laneCount } from './lane-count.ts';
import { readRemovedTests } from './removed-tests.ts';
import { runChecks } from './run-checks.ts';
import { type CheckRunnerOptions, runOnTree } from './run-on-tree.ts';
import type { VerifyHost } from './sandbox-settings.ts';
import { machineIdentity } from './verdict-cache.ts';
import type { VerifyOptions } from './verify-options.ts';

export interface Prepared {
  readonly plan: CheckPlan;
  readonly host: VerifyHost;
  readonly changedFiles: readonly string[];
  readonly baseFiles: ReadonlySet<string>;
  /** A tree object. */
  readonly baseTree: string;
  readonly trees: Readonly<Record<'baseline' | 'change', CommitTree>>;
  /** Told once what answers soonest has answered: the tests of the changed files, else the look at the imports. */
  readonly firstAnswer: () => void;
}

/** Lays the change out where that is not done yet (`files`), runs the checks of its plan, and removes every tree again. */
export async function runPlan(
  options: VerifyOptions,
  prepared: Prepared,
  files?: CheckFiles,
): Promise<ChecksRun> {
  const { plan, host } = prepared;
  /** By the name of the check, on the change. */
  const tookMs = new Map<string, number>();
  const runner = runnerOptions(options, prepared, tookMs);
  const baseline = baselineOf(options, prepared, { runner, tookMs });
  const trees: Promise<CheckTree>[] = [];
  const layOut = (how: Pick<LayOut, 'isQuiet' | 'files'>) => {
    const made = layOutTree(options, { ...prepared, ...how, on: 'change', runner });
    trees.push(made);
    return made;
  };
  try {
    const laidOut = await unlessBrokenAttributes(layOut({ isQuiet: false, files }));
    if ('code' in laidOut) return onlyResult(brokenAttributes(laidOut, options.limits.gitMs));
    const anotherTree = () => layOut({ isQuiet: true });
    const run = await runChecks({ plan, tree: laidOut, anotherTree, baseline }, runner);
    return await addFacts(run, { tree: laidOut, host });
  } finally {
    const made = await Promise.allSettled(trees);
    const removals = made.map((each) => (each.status === 'fulfilled' ? each.value.remove() : null));
    await Promise.all([...removals, baseline.remove()]);
  }
}

function runnerOptions(
  options: VerifyOptions,
  { host, changedFiles, baseFiles, firstAnswer }: Prepared,
  tookMs: Map<string, number>,
): CheckRunnerOptions {
  const { gitDir, baseCommit, commit, limits } = options;
  return {
    host,
    changedFiles,
    baseFiles,
    firstAnswer,
    format: options.checks.format ?? 'fail',
    stopEarly: options.stopEarly ?? true,
    parallel: options.parallel ?? laneCount(),
    removedTests: () => readRemovedTests({ gitDir, baseCommit, commit, gitMs: limits.gitMs, host }),
    started: (check, on) => options.onCheckStarted?.(check, on),
    finished: (result, on) => {
      if (on === 'change') tookMs.set(result.check.name, result.durationMs);
      options.onCheckFinished?.(result, on);
    },
  };
}

function baselineOf(
  options: VerifyOptions,
  { plan, host, changedFiles, baseTree, trees }: Prepared,
  { runner, tookMs }: { runner: CheckRunnerOptions; tookMs: ReadonlyMap<string, number> },
) {
  const tools = plan.checks.flatMap(({ argv }) => argv[0] ?? []);
  return createBaseline({
    baseTree,
    checks: plan.checks,
    folder: options.folders.baselines,
    sandboxMode: options.sandbox.mode,
    environmentKey: JSON.stringify([
      plan.baseInstall?.argv ?? null,
      machineIdentity(tools, host.environment),
    ]),
    changedFiles,
    createTree: () => layOutTree(options, { plan, host, trees, on: 'baseline', runner, isQuiet: false }),
    run: (check, tree) => runOnTree(check, tree, { options: runner, on: 'baseline' }),
    early: {
      createTree: (stop) => {
        const stoppable = { ...host, signal: AbortSignal.any([host.signal, stop]) };
        return layOutTree(options, { plan, host: stoppable, trees, on: 'baseline', runner, isQuiet: true });
      },
      tookMs: (checks) => checks.reduce((sum, { name }) => sum + (tookMs.get(name) ?? 0), 0),
      run: (check, tree, stop) => {
        const how = { on: 'baseline', stop, isQuiet: true, isBackground: true } as const;
        return runOnTree(check, tree, { ...how, options: runner });
      },
      used: (result) => {
        runner.started(result.check, 'baseline');
        runner.finished(result, 'baseline');
      },
    },
  });
}

interface LayOut extends Pick<Prepared, 'plan' | 'host' | 'trees'> {
  readonly on: 'baseline' | 'change';
  readonly runner: CheckRunnerOptions;
  /** Nobody is told of the installation. */
  readonly isQuiet: boolean;
  readonly files?: CheckFiles | undefined;
}

async function layOutTree(
  options: VerifyOptions,
  { plan, host, trees, on, runner, isQuiet, files }: LayOut,
): Promise<CheckTree> {
  const settings = treeOptions(options, plan, on);
  if (settings.install && !isQuiet) runner.started(installCheck(settings.install, settings.timeoutMs), on);
  const tree = await createCheckTree({ ...settings, tree: trees[on], host, files });
  if (tree.install && !isQuiet) runner.finished(tree.install, on);
  return tree;
}

/** A commit nobody can check out is the change's fault, as the base commit was laid out for the agent; anything else is not. */
async function unlessBrokenAttributes(laidOut: Promise<CheckTree>): Promise<CheckTree | RunyardError> {
  try {
    return await laidOut;
  } catch (error) {
    if (isGitError(error, 'git.bad-attributes')) return error;
    throw error;
  }
}

function treeOptions(
  { gitDir, baseCommit, commit, folders, over = null, mayMount = over !== null, limits }: VerifyOptions,
  plan: CheckPlan,
  on: 'baseline' | 'change',
) {
  return {
    gitDir,
    commit: on === 'baseline' ? baseCommit : commit,
    folder: folders.verify,
    over,
    mayMount,
    dependencies: folders.dependencies,
    install: on === 'baseline' ? plan.baseInstall : plan.install,
    timeoutMs: limits.checkMs,
    gitMs: limits.gitMs,
  };
}

export function onlyResult(result: CheckResult): ChecksRun {
  return { results: [result], baseline: [], testRuns: [], warnings: [], left: [] };
}
