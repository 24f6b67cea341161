import type { Check, CheckKind, CheckResult } from '../domain/verdict.ts';
import type { Baseline } from './baseline.ts';
import type { CheckPlan } from './check-plan.ts';
import type { CheckTree } from './check-tree.ts';
import { passedAsDelivered } from './edited-files.ts';
import { countsTests, needsRemoved } from './fewer-tests.ts';
import { type FormatPolicy, introducedBy } from './judge.ts';
import { notRun, runCheck } from './run-check.ts';
import { runLanes } from './run-lanes.ts';
import type { VerifyHost } from './sandbox-settings.ts';
import { ranNoTests } from './test-count.ts';
import type { TestRuns } from './test-runs.ts';
import { selectRelated } from './test-selection.ts';
import { runTestsAgain } from './tests-again.ts';

type Side = 'baseline' | 'change';

export interface CheckRunnerOptions {
  readonly host: VerifyHost;
  /** Paths the change added or modified. */
  readonly changedFiles: readonly string[];
  /** Paths of the base commit. */
  readonly baseFiles: ReadonlySet<string>;
  readonly format: FormatPolicy;
  readonly stopEarly: boolean;
  /** How many checks may run side by side. */
  readonly parallel: number;
  /** How many tests the change takes away; null: nobody can say. Absent: none. Asked only where fewer tests run than on the base commit. */
  readonly removedTests?: () => Promise<number | null>;
  readonly started: (check: Check, on: Side) => void;
  readonly finished: (result: CheckResult, on: Side) => void;
}

export interface ChecksRun {
  readonly results: readonly CheckResult[];
  readonly baseline: readonly CheckResult[];
  readonly testRuns: readonly TestRuns[];
  readonly warnings: readonly string[];
  /** Names of checks that were left out, or ended, because another one is known to be worse. */
  readonly left: readonly string[];
}

export interface ChecksToRun {
  readonly plan: CheckPlan;
  /** The change, laid out. */
  readonly tree: CheckTree;
  /** The change once more, for a check beside the others; whoever made it removes it. */
  readonly anotherTree: () => Promise<CheckTree>;
  readonly baseline: Baseline;
}

/** One check on a tree; files of the commit that it edited are put back, and named in the result. */
export async function runOnTree(check: Check, tree: CheckTree, how: RunHow): Promise<CheckResult> {
  const { host, changedFiles } = how.options;
  if (!how.isQuiet) how.options.started(check, how.on);
  const { checkout, home, objects } = tree;
  const place = { checkout, home, readable: objects, host, changedFiles };
  const ran = await runCheck(check, place, how.stop);
  // Our own look at imports only reads, and may share the tree with a check that is still running.
  const edited = check.kind === 'imports' ? [] : await tree.edits.restoreEdited();
  const result = edited.length > 0 ? { ...ran, edited: edited.slice(0, MOST_EDITED) } : ran;
  if (!how.isQuiet) how.options.finished(result, how.on);
  return result;
}

export interface RunHow {
  readonly options: CheckRunnerOptions;
  readonly on: Side;
  readonly stop?: AbortSignal;
  /** Nobody is told. */
  readonly isQuiet?: boolean;
}

const MOST_EDITED = 1_000;
/** Scripts of an installation that take longer are not run a second time in another tree: the checks then run one after the other. */
const LONGEST_REPEATED_MS = 5_000;

interface Session extends ChecksToRun {
  readonly options: CheckRunnerOptions;
  readonly results: CheckResult[];
  readonly before: CheckResult[];
  readonly testRuns: TestRuns[];
  readonly left: string[];
  readonly lifecycle: readonly Check[];
  /** Trees of the lanes beside the first. */
  readonly beside: Map<number, Promise<CheckTree>>;
}

/** Every check of a plan on the change, side by side where the machine allows, and the base commit's answer wherever one did not pass. */
export async function runChecks(todo: ChecksToRun, options: CheckRunnerOptions): Promise<ChecksRun> {
  const { plan, tree } = todo;
  const lifecycle = plan.checks.filter(({ kind }) => kind === 'install');
  const checks = plan.checks.filter(({ kind }) => kind !== 'install');
  const session: Session = {
    ...todo,
    options,
    results: [],
    before: [],
    testRuns: [],
    left: [],
    lifecycle,
    beside: new Map(),
  };
  if (tree.install) await settle(session, tree.install, { place: tree });
  if (tree.install && tree.install.status !== 'passed') {
    session.results.push(...plan.checks.map((check) => notRun(check, 'the packages could not be installed')));
    return runOf(session);
  }
  const worse: CheckKind[] = [];
  for (const check of lifecycle) {
    const result = await runOnTree(check, tree, { options, on: 'change' });
    if (await settle(session, result, { place: tree })) worse.push(check.kind);
  }
  const spentMs = session.results.reduce(
    (sum, { check, durationMs }) => sum + (lifecycle.includes(check) ? durationMs : 0),
    0,
  );
  const { stopEarly, parallel } = options;
  await runLanes({
    checks,
    lanes: spentMs > LONGEST_REPEATED_MS ? 1 : Math.max(1, Math.min(parallel, checks.length)),
    stopEarly,
    worse,
    run: (check, lane, stop) => runInLane(session, check, { lane, stop }),
    leave: (check, why) => leave(session, notRun(check, why)),
  });
  for (const check of plan.removed) {
    const gone = notRun(check, `the change takes this check away (${check.source})`);
    await settle(session, gone, { place: tree });
  }
  return runOf(session);
}

/** Whether it is worse than on the base commit. Of tests, those of the changed files come first. */
async function runInLane(
  session: Session,
  check: Check,
  { lane, stop }: { lane: number; stop: AbortSignal },
): Promise<boolean> {
  const { options, tree } = session;
  // Our own look at imports runs nothing of the repository: it needs no tree for itself.
  const place = lane === 0 || check.kind === 'imports' ? tree : await treeBeside(session, lane);
  const { host, changedFiles, baseFiles } = options;
  const related =
    check.kind === 'test' ? await selectRelated(check, { tree: place, host, changedFiles, baseFiles }) : null;
  if (related && !stop.aborted) {
    // Never ended early: they are few, and tell the next attempt most.
    const result = await runOnTree(related.check, place, { options, on: 'change' });
    // A runner that cannot be started by itself says nothing; the suite will.
    const isWorse =
      result.status !== 'not-run' &&
      (await settle(session, result, { place, onBase: related.onBase, whole: check }));
    if (isWorse || stop.aborted) {
      const why = stop.aborted ? String(stop.reason) : 'tests of the changed files fail already';
      leave(session, notRun(check, why));
      return isWorse;
    }
  }
  const result = await runAsDelivered(session, check, { place, stop });
  if (stop.aborted) {
    leave(session, result);
    return false;
  }
  return settle(session, result, { place, whole: check });
}

/** Once more where it passed only after it changed code of the commit. */
async function runAsDelivered(
  { baseline, options }: Session,
  check: Check,
  { place, stop }: { place: CheckTree; stop: AbortSignal },
): Promise<CheckResult> {
  const how = { options, on: 'change', stop } as const;
  const first = await runOnTree(check, place, how);
  if (stop.aborted) return first;
  const result = await passedAsDelivered(first, {
    again: () => runOnTree(check, place, { ...how, isQuiet: true }),
    onBase: () => baseline.resultOf(check),
  });
  if (result !== first) options.finished(result, 'change');
  return result;
}

function leave({ results, left }: Session, result: CheckResult): void {
  results.push(result);
  left.push(result.check.name);
}

/** Laid out when first needed; the scripts of an installation belong to every checkout. */
function treeBeside(session: Session, lane: number): Promise<CheckTree> {
  const { beside, lifecycle, anotherTree, options } = session;
  const make = async () => {
    const tree = await anotherTree();
    for (const check of lifecycle) await runOnTree(check, tree, { options, on: 'change', isQuiet: true });
    return tree;
  };
  const made = beside.get(lane) ?? make();
  beside.set(lane, made);
  return made;
}

interface Settling {
  readonly place: CheckTree;
  /** How the base commit is asked the same; absent: in the same way. */
  readonly onBase?: Check | null;
  /** The check this is, or is a part of; absent: nothing of it can be run again. */
  readonly whole?: Check;
}

/**
 * Notes a result, with the base commit's answer where it is needed: tests that pass need it, too, as passing without running them is no pass.
 * Whether it is worse.
 */
async function settle(
  session: Session,
  result: CheckResult,
  { place, onBase, whole }: Settling,
): Promise<boolean> {
  const { results, before, testRuns, baseline, options } = session;
  if (result.status === 'passed' && !(whole && countsTests(result))) {
    results.push(result);
    return false;
  }
  const old = await baseline.resultOf(result.check, onBase);
  before.push(old);
  const isExplainable = options.removedTests && needsRemoved(result, old);
  const counted = isExplainable ? { ...result, removedTests: await options.removedTests() } : result;
  results.push(counted);
  if (whole) {
    const { host, changedFiles, baseFiles } = options;
    const run = (check: Check) => runOnTree(check, place, { options, on: 'change' });
    const context = { tree: place, host, changedFiles, baseFiles, baseline, run, whole };
    testRuns.push(...(await runTestsAgain(counted, old, context)));
  }
  return introducedBy(counted, old, { testRuns, format: options.format }).length > 0;
}

function runOf({ plan, results, before, testRuns, left }: Session): ChecksRun {
  const order = ['install', ...plan.checks.map(({ name }) => name), ...plan.removed.map(({ name }) => name)];
  const place = ({ check }: CheckResult) => {
    const at = order.indexOf(check.name);
    return at >= 0 ? at : order.findIndex((name) => check.name === `${name}:changed`) - 0.5;
  };
  const inOrder = (list: readonly CheckResult[]) => [...list].sort((a, b) => place(a) - place(b));
  const sorted = inOrder(results);
  const warnings = [...sorted.flatMap(editWarning), ...noTestsWarnings(sorted)];
  return { results: sorted, baseline: inOrder(before), testRuns, warnings, left };
}

function editWarning({ check, edited = [] }: CheckResult): string[] {
  if (edited.length === 0) return [];
  const shown = edited.slice(0, 5).join(', ');
  const more = edited.length > 5 ? ` and ${edited.length - 5} more` : '';
  return [`${check.name}: edits files of the commit (${shown}${more}); the edits were thrown away.`];
}

function noTestsWarnings(results: readonly CheckResult[]): string[] {
  const empty = results.filter(
    (result) => result.check.kind === 'test' && result.status === 'passed' && ranNoTests(result.output),
  );
  return empty
    .filter(({ check }) => !check.name.endsWith(':changed'))
    .map(({ check }) => `${check.name}: passed without running a single test.`);
}
