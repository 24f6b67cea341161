import type { Check, CheckResult } from '../domain/verdict.ts';
import type { Baseline } from './baseline.ts';
import type { CheckPlan } from './check-plan.ts';
import type { CheckTree } from './check-tree.ts';
import { introducedBy } from './judge.ts';
import { notRun, runCheck } from './run-check.ts';
import type { VerifyHost } from './sandbox-settings.ts';
import { ranNoTests } from './test-count.ts';

type Side = 'baseline' | 'change';

export interface CheckRunnerOptions {
  readonly host: VerifyHost;
  /** Paths the change added or modified. */
  readonly changedFiles: readonly string[];
  readonly started: (check: Check, on: Side) => void;
  readonly finished: (result: CheckResult, on: Side) => void;
}

export interface ChecksRun {
  readonly results: readonly CheckResult[];
  readonly baseline: readonly CheckResult[];
  readonly warnings: readonly string[];
}

export interface CheckRunner {
  /** One check on a tree; files of the commit that it edited are put back. */
  runOne(check: Check, tree: CheckTree, on: Side): Promise<CheckResult>;
  /** Every check of a plan on the change, and the base commit's answer wherever one did not pass. */
  runAll(run: { plan: CheckPlan; tree: CheckTree; baseline: Baseline }): Promise<ChecksRun>;
}

const MOST_RELATED_FILES = 200;

export function createCheckRunner(options: CheckRunnerOptions): CheckRunner {
  const editWarnings: string[] = [];

  async function runOne(check: Check, tree: CheckTree, on: Side): Promise<CheckResult> {
    options.started(check, on);
    const { checkout, home, objects } = tree;
    const { host, changedFiles } = options;
    const result = await runCheck(check, { checkout, home, readable: objects, host, changedFiles });
    const edited = await tree.edits.restoreEdited();
    if (on === 'change' && edited.length > 0) editWarnings.push(editWarning(check, edited));
    options.finished(result, on);
    return result;
  }

  async function runAll({
    plan,
    tree,
    baseline,
  }: {
    plan: CheckPlan;
    tree: CheckTree;
    baseline: Baseline;
  }): Promise<ChecksRun> {
    const results: CheckResult[] = [];
    const before: CheckResult[] = [];
    /** Whether the result is worse than the base commit's. */
    const isWorse = async (result: CheckResult) => {
      results.push(result);
      if (result.status === 'passed') return false;
      const old = await baseline.resultOf(result.check);
      before.push(old);
      return introducedBy(result, old).length > 0;
    };
    if (tree.install) await isWorse(tree.install);
    if (tree.install && tree.install.status !== 'passed') {
      results.push(...plan.checks.map((check) => notRun(check, 'the packages could not be installed')));
      return { results, baseline: before, warnings: [] };
    }
    const related = relatedCheck(plan, options.changedFiles);
    for (const check of plan.checks) {
      const narrow = related?.suite.name === check.name ? related.check : null;
      if (narrow && (await isWorse(await runOne(narrow, tree, 'change')))) {
        results.push(notRun(check, 'tests of the changed files fail already'));
      } else {
        await isWorse(await runOne(check, tree, 'change'));
      }
    }
    for (const check of plan.removed) {
      await isWorse(notRun(check, `the change takes this check away (${check.source})`));
    }
    return { results, baseline: before, warnings: [...editWarnings, ...noTestsWarnings(results)] };
  }

  return { runOne, runAll };
}

const RELATED_TO = /\.(?:[cm]?[jt]sx?|vue|svelte|json|css)$/;

/** The tests of the changed files, as a check of their own before the whole suite (V2). */
function relatedCheck(
  { relatedTests, checks }: CheckPlan,
  changedFiles: readonly string[],
): { readonly suite: Check; readonly check: Check } | null {
  const files = changedFiles.filter((file) => RELATED_TO.test(file) && !file.startsWith('-'));
  const suite = checks.find(({ name }) => name === relatedTests?.check.name);
  if (!relatedTests || !suite || files.length === 0 || files.length > MOST_RELATED_FILES) return null;
  return { suite, check: { ...suite, name: `${suite.name}:changed`, argv: relatedTests.argvFor(files) } };
}

function editWarning({ name }: Check, edited: readonly string[]): string {
  const shown = edited.slice(0, 5).join(', ');
  const more = edited.length > 5 ? ` and ${edited.length - 5} more` : '';
  return `${name}: edits files of the commit (${shown}${more}); the edits were thrown away.`;
}

function noTestsWarnings(results: readonly CheckResult[]): string[] {
  const empty = results.filter(
    (result) => result.check.kind === 'test' && result.status === 'passed' && ranNoTests(result.output),
  );
  return empty
    .filter(({ check }) => !check.name.endsWith(':changed'))
    .map(({ check }) => `${check.name}: passed without running a single test.`);
}
