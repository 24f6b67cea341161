import type { CheckResult, Verdict } from '../domain/verdict.ts';
import { brokenManifest } from './broken-commit.ts';
import { carriedPackages, manifestsAround } from './carried-packages.ts';
import { planChecks } from './check-plan.ts';
import { type CheckFiles, layOutFiles } from './check-tree.ts';
import type { ChecksRun } from './checks-run.ts';
import { readChangedFiles } from './commit-tree.ts';
import { dependencyWarnings } from './dependencies/dependency-warnings.ts';
import { guardWhile } from './guards/guard-commit.ts';
import { judge } from './judge.ts';
import { findPlan, keepPlan } from './kept-plan.ts';
import { compileOwnPrograms } from './own-programs.ts';
import { onlyResult, type Prepared, runPlan } from './run-plan.ts';
import { scriptSettingsOf } from './script-settings.ts';
import { readingOnce, readTreeOids, type Texts } from './tree-oids.ts';
import { createTreeReader, type ReadTree } from './tree-reader.ts';
import { type CacheKey, findRun, keepRun } from './verdict-cache.ts';
import { hostOf, type VerifyOptions } from './verify-options.ts';
import { withoutChecks } from './without-checks.ts';

export type { VerifyOptions } from './verify-options.ts';

/**
 * Verifies a commit against its base (V1, V2, V3): both are laid out clean, packages are installed by us, checks run in the sandbox
 * with the repository's own tools, and only what the change made worse counts against it. Throws when the signal aborts, when git
 * fails, and for a runyard.yaml that cannot be understood; everything a check can do ends in the verdict.
 */
export async function verifyCommit(options: VerifyOptions): Promise<Verdict> {
  if (options.checks.mode === 'off') return withoutChecks(options);
  const { gitDir, baseCommit, commit, limits, signal } = options;
  const reading = { gitDir, timeoutMs: limits.gitMs, signal };
  const [baseTree = '', tree = ''] = await readTreeOids([baseCommit, commit], reading);
  const trees = { baseTree, tree, read: createTreeReader(reading) };
  const first = Promise.withResolvers<void>();
  return guardWhile(() => checkCommit(options, trees, first.resolve), {
    options: { ...options, trees, firstAnswer: first.promise },
    host: hostOf(options),
  });
}

interface Trees {
  /** Tree objects. */
  readonly baseTree: string;
  readonly tree: string;
  readonly read: ReadTree;
}

async function checkCommit(options: VerifyOptions, trees: Trees, firstAnswer: () => void): Promise<Verdict> {
  const known = options.isFresh ? null : await findChecked(options, trees);
  if (known) return known;
  const { gitDir, commit, folders, over = null, limits, signal } = options;
  const place = { gitDir, commit, folder: folders.verify, over };
  const files = layOutFiles({ ...place, gitMs: limits.gitMs, signal });
  try {
    return await checkFiles(options, trees, { files, firstAnswer });
  } finally {
    await files.remove();
  }
}

/** Reads both commits, and what is to be run, while the files of the change are laid out. */
async function checkFiles(
  options: VerifyOptions,
  trees: Trees,
  { files, firstAnswer }: { readonly files: CheckFiles; readonly firstAnswer: () => void },
): Promise<Verdict> {
  const { warnings, failure, ...prepared } = await prepare(options, trees);
  const key = keyOf(options, trees, prepared.plan);
  const { baselines } = options.folders;
  if (failure) return judgeRun(options, trees, { run: onlyResult(failure), warnings });
  // Another machine's plan may have been kept, or only the run.
  const found = options.isFresh ? null : await findRun(baselines, key);
  if (found) tellOf(found, options);
  const run = found ?? (await runPlan(options, { ...prepared, firstAnswer }, files));
  if (!found) await compileOwnPrograms(baselines, prepared.host);
  if (found || (await keepRun(baselines, key, run)))
    await keepPlan(baselines, questionOf(options, trees), { plan: prepared.plan, warnings });
  return judgeRun(options, trees, { run, warnings });
}

/** The verdict of a run that is kept, found without reading the repository. */
async function findChecked(options: VerifyOptions, trees: Trees): Promise<Verdict | null> {
  const { baselines } = options.folders;
  const planned = await findPlan(baselines, questionOf(options, trees));
  const run = planned && (await findRun(baselines, keyOf(options, trees, planned.plan)));
  if (!run) return null;
  tellOf(run, options);
  return judgeRun(options, trees, { run, warnings: planned.warnings });
}

function questionOf(options: VerifyOptions, { baseTree, tree }: Trees) {
  const { commands } = options.checks;
  return { baseTree, tree, commands, timeoutMs: options.limits.checkMs, host: hostOf(options) };
}

function keyOf(options: VerifyOptions, { baseTree, tree }: Trees, plan: CacheKey['plan']): CacheKey {
  return { baseTree, tree, plan, host: hostOf(options), stopEarly: options.stopEarly ?? true };
}

function tellOf({ results }: ChecksRun, { onCheckStarted, onCheckFinished }: VerifyOptions): void {
  for (const result of results) {
    onCheckStarted?.(result.check, 'change');
    onCheckFinished?.(result, 'change');
  }
}

function judgeRun(
  { commit, baseCommit, checks }: VerifyOptions,
  { tree }: Trees,
  { run, warnings }: { run: ChecksRun; warnings: readonly string[] },
): Verdict {
  const { results, baseline, testRuns } = run;
  return judge({
    commit,
    baseCommit,
    tree,
    results,
    baseline,
    testRuns,
    format: checks.format,
    warnings: [...warnings, ...run.warnings],
  });
}

/** What there is to run, from both trees. */
async function prepare(
  options: VerifyOptions,
  trees: Trees,
): Promise<Omit<Prepared, 'firstAnswer'> & { warnings: readonly string[]; failure: CheckResult | null }> {
  const { gitDir, baseCommit, commit, limits, signal } = options;
  const reading = { gitDir, timeoutMs: limits.gitMs, signal };
  const texts: Texts = new Map();
  const read = async (which: string) => readingOnce(await trees.read(which), texts);
  const [base, head, changed] = await Promise.all([
    read(baseCommit),
    read(commit),
    readChangedFiles(baseCommit, { ...reading, commit }),
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
  const manifests = await head.readTexts(manifestsAround(changedFiles));
  const carried = carriedPackages({ baseFiles, changedFiles, manifests }, limits.checkMs);
  const warnings = [
    ...plan.warnings,
    ...dependencyWarnings(await base.readText('package.json'), await head.readText('package.json')),
    ...carried.warnings,
  ];
  const failure = plan.broken ? brokenManifest(plan.broken, limits.checkMs) : carried.failure;
  return {
    plan,
    host: { ...hostOf(options), scripts: scriptSettingsOf(await base.readText('.npmrc')) },
    changedFiles,
    baseFiles: new Set(baseFiles),
    baseTree: trees.baseTree,
    trees: { baseline: base, change: head },
    warnings,
    failure,
  };
}
