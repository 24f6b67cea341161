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
import { judge } from './judge.ts';
import { nodeIdentity } from './node-identity.ts';
import { createCheckRunner } from './run-checks.ts';
import type { VerifyHost } from './sandbox-settings.ts';
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
  const { gitDir, baseCommit, commit, limits, signal } = options;
  const read = (which: string) => readCommitTree({ gitDir, commit: which, timeoutMs: limits.gitMs, signal });
  const [base, head] = await Promise.all([read(baseCommit), read(commit)]);
  const changed = await readChangedFiles(baseCommit, { gitDir, commit, timeoutMs: limits.gitMs, signal });
  const plan = await planChecks({
    base,
    head,
    commands: options.checks.commands,
    timeoutMs: limits.checkMs,
    environment: options.hostEnvironment,
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
  if (failure) return judge({ commit, baseCommit, results: [failure], baseline: [], warnings });
  const host = hostOf(options);
  return runPlan(options, { plan, host, changedFiles, warnings });
}

interface Prepared {
  readonly plan: CheckPlan;
  readonly host: VerifyHost;
  readonly changedFiles: readonly string[];
  readonly warnings: readonly string[];
}

async function runPlan(
  options: VerifyOptions,
  { plan, host, changedFiles, warnings }: Prepared,
): Promise<Verdict> {
  const { baseCommit, commit } = options;
  const started = (check: Check, on: 'baseline' | 'change') => options.onCheckStarted?.(check, on);
  const finished = (result: CheckResult, on: 'baseline' | 'change') => options.onCheckFinished?.(result, on);
  const layOut = async (on: 'baseline' | 'change') => {
    const settings = treeOptions(options, plan, on);
    if (settings.install) started(installCheck(settings.install, settings.timeoutMs), on);
    const tree = await createCheckTree({ ...settings, host });
    if (tree.install) finished(tree.install, on);
    return tree;
  };
  const runner = createCheckRunner({ host, changedFiles, started, finished });
  const baseline = createBaseline({
    baseCommit,
    checks: plan.checks,
    folder: options.folders.baselines,
    sandboxMode: options.sandbox.mode,
    environmentKey: JSON.stringify([plan.baseInstall?.argv ?? null, nodeIdentity(options.hostEnvironment)]),
    changedFiles,
    createTree: () => layOut('baseline'),
    run: (check, tree) => runner.runOne(check, tree, 'baseline'),
  });
  let tree: CheckTree | null = null;
  try {
    const laidOut = await unlessBrokenAttributes(layOut('change'));
    if ('code' in laidOut) {
      const results = [brokenAttributes(laidOut, options.limits.gitMs)];
      return judge({ commit, baseCommit, results, baseline: [], warnings });
    }
    tree = laidOut;
    const run = await addFacts(await runner.runAll({ plan, tree, baseline }), { tree, host });
    return judge({
      commit,
      baseCommit,
      results: run.results,
      baseline: run.baseline,
      warnings: [...warnings, ...run.warnings],
    });
  } finally {
    await tree?.remove();
    await baseline.remove();
  }
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
