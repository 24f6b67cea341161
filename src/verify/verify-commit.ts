import { type RunyardError } from '../domain/errors/runyard-error.ts';
import type { RunLimits, RunSpec } from '../domain/run.ts';
import type { Check, CheckResult, Verdict } from '../domain/verdict.ts';
import { isGitError } from '../git/git.ts';
import type { PreparedFiles } from '../git/materialise.ts';
import type { Redact } from '../lib/redact.ts';
import type { HostEnvironment } from '../process/child-environment.ts';
import { createBaseline } from './baseline.ts';
import { brokenAttributes, brokenManifest, carriedPackages } from './broken-commit.ts';
import { type CheckPlan, planChecks } from './check-plan.ts';
import { type CheckTree, createCheckTree, installCheck } from './check-tree.ts';
import { readChangedFiles, readCommitTree } from './commit-tree.ts';
import { dependencyWarnings } from './dependencies/dependency-warnings.ts';
import { addFacts } from './facts/add-facts.ts';
import { guardWhile } from './guards/guard-commit.ts';
import { judge } from './judge.ts';
import { laneCount } from './lane-count.ts';
import { type CheckRunnerOptions, type ChecksRun, runChecks, runOnTree } from './run-checks.ts';
import type { VerifyHost } from './sandbox-settings.ts';
import { readingOnce, readTreeOids, type Texts } from './tree-oids.ts';
import { findRun, keepRun, machineIdentity } from './verdict-cache.ts';
import { withoutChecks } from './without-checks.ts';

export interface VerifyOptions {
  /** A repository that holds both commits: the workspace's host-owned one, or a mirror. */
  readonly gitDir: string;
  readonly baseCommit: string;
  readonly commit: string;
  readonly folders: {
    /** Where trees are laid out; they are removed again. */
    readonly verify: string;
    /** Shared by all runs. */
    readonly dependencies: string;
    /** Shared by all runs. */
    readonly baselines: string;
  };
  /** Prepared files that trees may be mounted over; absent: they are checked out. */
  readonly over?: PreparedFiles | null;
  readonly sandbox: VerifyHost['sandbox'];
  readonly egressSocketPath: string | null;
  readonly checks: RunSpec['checks'];
  readonly limits: Pick<RunLimits, 'checkMs' | 'gitMs' | 'killGraceMs'>;
  readonly hostEnvironment: HostEnvironment;
  readonly redact: Redact;
  readonly signal: AbortSignal;
  /** Files the plan names; absent or null: there is no plan. */
  readonly scope?: readonly string[] | null;
  /** Once the change is known to be worse, leave out what is expensive and would not tell the next attempt more; absent: yes. */
  readonly stopEarly?: boolean;
  /** How many checks may run side by side; absent: what the machine allows. */
  readonly parallel?: number;
  /** Run checks although the same was asked before and is kept. */
  readonly isFresh?: boolean;
  readonly onCheckStarted?: (check: Check, on: 'baseline' | 'change') => void;
  readonly onCheckFinished?: (result: CheckResult, on: 'baseline' | 'change') => void;
}

/**
 * Verifies a commit against its base (V1, V2, V3): both are laid out clean, packages are installed by us, checks run in the sandbox
 * with the repository's own tools, and only what the change made worse counts against it. Throws when the signal aborts, when git
 * fails, and for a runyard.yaml that cannot be understood; everything a check can do ends in the verdict.
 */
export async function verifyCommit(options: VerifyOptions): Promise<Verdict> {
  if (options.checks.mode === 'off') return withoutChecks(options);
  return guardWhile(() => checkCommit(options), { options, host: hostOf(options) });
}

async function checkCommit(options: VerifyOptions): Promise<Verdict> {
  const { gitDir, baseCommit, commit, limits, signal } = options;
  const reading = { gitDir, timeoutMs: limits.gitMs, signal };
  const texts: Texts = new Map();
  const read = async (which: string) =>
    readingOnce(await readCommitTree({ ...reading, commit: which }), texts);
  const [base, head, changed, [baseTree = '', tree = '']] = await Promise.all([
    read(baseCommit),
    read(commit),
    readChangedFiles(baseCommit, { ...reading, commit }),
    readTreeOids([baseCommit, commit], reading),
  ]);
  const plan = await planChecks({
    base,
    head,
    commands: options.checks.commands,
    timeoutMs: limits.checkMs,
    environment: options.hostEnvironment,
    changedFiles: changed.map(({ path }) => path),
  });
  const changedFiles = changed.filter(({ status }) => status !== 'D').map(({ path }) => path);
  const baseFiles = base.files.map(({ path }) => path);
  const carried = carriedPackages({ baseFiles, changedFiles }, limits.checkMs);
  const warnings = [
    ...plan.warnings,
    ...dependencyWarnings(await base.readText('package.json'), await head.readText('package.json')),
    ...carried.warnings,
  ];
  const failure = plan.broken ? brokenManifest(plan.broken, limits.checkMs) : carried.failure;
  const prepared = {
    plan,
    host: hostOf(options),
    changedFiles,
    baseFiles: new Set(baseFiles),
    baseTree,
    tree,
  };
  const run = failure ? onlyResult(failure) : await runOrFind(options, prepared);
  const { results, baseline, testRuns } = run;
  return judge({
    commit,
    baseCommit,
    tree,
    results,
    baseline,
    testRuns,
    format: options.checks.format,
    warnings: [...warnings, ...run.warnings],
  });
}

function onlyResult(result: CheckResult): ChecksRun {
  return { results: [result], baseline: [], testRuns: [], warnings: [] };
}

interface Prepared {
  readonly plan: CheckPlan;
  readonly host: VerifyHost;
  readonly changedFiles: readonly string[];
  readonly baseFiles: ReadonlySet<string>;
  /** Tree objects. */
  readonly baseTree: string;
  readonly tree: string;
}

async function runOrFind(options: VerifyOptions, prepared: Prepared): Promise<ChecksRun> {
  const { baselines } = options.folders;
  const found = options.isFresh ? null : await findRun(baselines, prepared);
  if (!found) {
    const run = await runPlan(options, prepared);
    await keepRun(baselines, prepared, run);
    return run;
  }
  for (const result of found.results) {
    options.onCheckStarted?.(result.check, 'change');
    options.onCheckFinished?.(result, 'change');
  }
  return found;
}

async function runPlan(options: VerifyOptions, prepared: Prepared): Promise<ChecksRun> {
  const { plan, host } = prepared;
  const runner = runnerOptions(options, prepared);
  const baseline = baselineOf(options, prepared, runner);
  const trees: Promise<CheckTree>[] = [];
  const layOut = (isQuiet: boolean) => {
    const made = layOutTree(options, { plan, host, on: 'change', runner, isQuiet });
    trees.push(made);
    return made;
  };
  try {
    const laidOut = await unlessBrokenAttributes(layOut(false));
    if ('code' in laidOut) return onlyResult(brokenAttributes(laidOut, options.limits.gitMs));
    const anotherTree = () => layOut(true);
    const run = await runChecks({ plan, tree: laidOut, anotherTree, baseline }, runner);
    return await addFacts(run, { tree: laidOut, host });
  } finally {
    for (const made of await Promise.allSettled(trees))
      if (made.status === 'fulfilled') await made.value.remove();
    await baseline.remove();
  }
}

function runnerOptions(
  options: VerifyOptions,
  { host, changedFiles, baseFiles }: Prepared,
): CheckRunnerOptions {
  return {
    host,
    changedFiles,
    baseFiles,
    format: options.checks.format ?? 'fail',
    stopEarly: options.stopEarly ?? true,
    parallel: options.parallel ?? laneCount(),
    started: (check, on) => options.onCheckStarted?.(check, on),
    finished: (result, on) => options.onCheckFinished?.(result, on),
  };
}

function baselineOf(
  options: VerifyOptions,
  { plan, host, changedFiles, baseTree }: Prepared,
  runner: CheckRunnerOptions,
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
    createTree: () => layOutTree(options, { plan, host, on: 'baseline', runner, isQuiet: false }),
    run: (check, tree) => runOnTree(check, tree, { options: runner, on: 'baseline' }),
  });
}

interface LayOut {
  readonly plan: CheckPlan;
  readonly host: VerifyHost;
  readonly on: 'baseline' | 'change';
  readonly runner: CheckRunnerOptions;
  /** Nobody is told of the installation. */
  readonly isQuiet: boolean;
}

async function layOutTree(
  options: VerifyOptions,
  { plan, host, on, runner, isQuiet }: LayOut,
): Promise<CheckTree> {
  const settings = treeOptions(options, plan, on);
  if (settings.install && !isQuiet) runner.started(installCheck(settings.install, settings.timeoutMs), on);
  const tree = await createCheckTree({ ...settings, host });
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
  { gitDir, baseCommit, commit, folders, over = null, limits }: VerifyOptions,
  plan: CheckPlan,
  on: 'baseline' | 'change',
) {
  return {
    gitDir,
    commit: on === 'baseline' ? baseCommit : commit,
    folder: folders.verify,
    over,
    dependencies: folders.dependencies,
    install: on === 'baseline' ? plan.baseInstall : plan.install,
    timeoutMs: limits.checkMs,
    gitMs: limits.gitMs,
  };
}

function hostOf({
  sandbox,
  egressSocketPath,
  hostEnvironment,
  limits,
  redact,
  signal,
}: VerifyOptions): VerifyHost {
  return {
    sandbox,
    egressSocketPath,
    environment: hostEnvironment,
    killGraceMs: limits.killGraceMs,
    redact,
    signal,
  };
}
