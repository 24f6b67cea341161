import { once } from 'node:events';
import { type Check, type CheckKind, type CheckResult, partFails } from '../domain/verdict.ts';
import type { Baseline } from './baseline.ts';
import type { CheckPlan } from './check-plan.ts';
import type { CheckTree } from './check-tree.ts';
import { type ChecksRun, inPlanOrder } from './checks-run.ts';
import { passedAsDelivered } from './edited-files.ts';
import { countsTests, needsRemoved } from './fewer-tests.ts';
import { introducedBy } from './judge.ts';
import { isBusy } from './lane-count.ts';
import { notRun } from './run-check.ts';
import { createImportsLook, type ImportsLook } from './run-imports.ts';
import { type LaneCheck, runLanes } from './run-lanes.ts';
import { type CheckRunnerOptions, runOnTree } from './run-on-tree.ts';
import { areApart } from './sandbox-settings.ts';
import { suitesOf, withParts } from './test-parts.ts';
import type { TestRuns } from './test-runs.ts';
import { searchRelated } from './test-selection.ts';
import { runTestsAgain } from './tests-again.ts';

export interface ChecksToRun {
  readonly plan: CheckPlan;
  /** The change, laid out. */
  readonly tree: CheckTree;
  /** The change once more, for a check beside the others; whoever made it removes it. */
  readonly anotherTree: () => Promise<CheckTree>;
  readonly baseline: Baseline;
}

/** Scripts of an installation that take longer are not run a second time in another tree: the checks then run one after the other. */
const LONGEST_REPEATED_MS = 5_000;

interface Session extends ChecksToRun {
  readonly options: CheckRunnerOptions;
  readonly results: CheckResult[];
  readonly before: CheckResult[];
  readonly testRuns: TestRuns[];
  readonly left: string[];
  readonly lifecycle: readonly Check[];
  readonly imports: ImportsLook;
  /** By the name of the suite, whether the tests of the changed files are worse. */
  readonly parts: Map<string, PromiseWithResolvers<boolean>>;
  /** By number; the first is that of the change itself. */
  readonly trees: Map<number, Promise<CheckTree>>;
}

/** Every check of a plan on the change, side by side where the machine allows, and the base commit's answer wherever one did not pass. */
export async function runChecks(todo: ChecksToRun, options: CheckRunnerOptions): Promise<ChecksRun> {
  const { plan, tree } = todo;
  const { host, changedFiles } = options;
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
    imports: createImportsLook(
      { checkout: tree.checkout, host, changedFiles },
      checks.find(({ kind }) => kind === 'imports') ?? null,
    ),
    parts: new Map(),
    trees: new Map([[0, Promise.resolve(tree)]]),
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
  await runAll(session, checks, worse);
  for (const check of plan.removed) {
    const gone = notRun(check, `the change takes this check away (${check.source})`);
    await settle(session, gone, { place: tree });
  }
  return runOf(session);
}

/** Every check but the scripts of the installation. `worse`: kinds of those that are known to be worse. */
async function runAll(
  session: Session,
  checks: readonly Check[],
  worse: readonly CheckKind[],
): Promise<void> {
  const spentMs = session.results.reduce(
    (sum, { check, durationMs }) => sum + (session.lifecycle.includes(check) ? durationMs : 0),
    0,
  );
  const { host, stopEarly, parallel, firstAnswer } = session.options;
  const lanes = spentMs > LONGEST_REPEATED_MS ? 1 : Math.max(1, parallel);
  // Nothing but a sandbox of its own keeps a test run from the ports and files of another.
  const isApart = lanes > 1 && areApart(host);
  const entries = withParts(checks, isApart);
  // A suite that was left out needs no comparison.
  const early = (suite: Check) => async (stop: AbortSignal) =>
    session.left.includes(suite.name) ? undefined : session.baseline.runEarly(suite, stop);
  if (!entries.some(({ check, partOf }) => partOf || check.kind === 'imports')) firstAnswer?.();
  for (const { partOf } of entries) if (partOf) session.parts.set(partOf.name, Promise.withResolvers());
  try {
    await runLanes({
      checks: entries,
      lanes,
      stopEarly,
      worse,
      run: (check, treeNumber, stop) => runInLane(session, check, { treeNumber, stop }),
      spare: isApart && !isBusy() ? suitesOf(entries).map(early) : [],
      leave: ({ check, partOf }, why) => {
        if (partOf) session.parts.get(partOf.name)?.resolve(false);
        else leave(session, notRun(check, why));
      },
    });
  } finally {
    // The tree is about to be removed.
    await session.imports.ended();
  }
}

interface InLane {
  readonly treeNumber: number;
  readonly stop: AbortSignal;
}

/** Whether it is worse than on the base commit. */
async function runInLane(
  session: Session,
  { check, partOf }: LaneCheck,
  { treeNumber, stop }: InLane,
): Promise<boolean> {
  if (partOf) return runPart(session, partOf, { treeNumber, stop });
  if (check.kind === 'imports') return checkImports(session, check);
  const place = await treeOf(session, treeNumber);
  const result = await runAsDelivered(session, check, { place, stop });
  // As if it had waited for its part: the verdict is the same whichever of both ends first.
  const isWorseInPart = await Promise.race([session.parts.get(check.name)?.promise, whenAborted(stop)]);
  if (stop.aborted || isWorseInPart) {
    leave(session, notRun(check, stop.aborted ? String(stop.reason) : partFails));
    return false;
  }
  return settle(session, result, { place, whole: check });
}

async function whenAborted(signal: AbortSignal): Promise<false> {
  if (!signal.aborted) await once(signal, 'abort');
  return false;
}

/** It runs nothing of the repository, so it needs no tree for itself, and may share one with a check that is still running. */
async function checkImports(session: Session, check: Check): Promise<boolean> {
  const { options, imports, tree } = session;
  options.started(check, 'change');
  const result = await imports.check();
  if (session.parts.size === 0) options.firstAnswer?.();
  options.finished(result, 'change');
  return settle(session, result, { place: tree, whole: check });
}

/**
 * The tests of the changed files, where they can be told from the others. The schedule never ends them early, as they are few and tell the
 * next attempt most: they are stopped only where the whole verification cannot go on.
 */
async function runPart(session: Session, whole: Check, { treeNumber, stop }: InLane): Promise<boolean> {
  const { changedFiles, baseFiles } = session.options;
  const part = session.parts.get(whole.name);
  try {
    const search = await searchRelated(whole, { tree: session.tree, changedFiles, baseFiles });
    if (!search) return false;
    const [related, place] = await Promise.all([search(session.imports, stop), treeOf(session, treeNumber)]);
    if (!related || stop.aborted) return false;
    const result = await runOnTree(related.check, place, { options: session.options, on: 'change', stop });
    session.options.firstAnswer?.();
    // A runner that cannot be started by itself says nothing; the suite will.
    if (result.status === 'not-run' || stop.aborted) return false;
    const isWorse = await settle(session, result, { place, onBase: related.onBase, whole });
    part?.resolve(isWorse);
    return isWorse;
  } finally {
    session.options.firstAnswer?.();
    part?.resolve(false);
  }
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
function treeOf(session: Session, number: number): Promise<CheckTree> {
  const { trees, lifecycle, anotherTree, options } = session;
  const make = async () => {
    const tree = await anotherTree();
    for (const check of lifecycle) await runOnTree(check, tree, { options, on: 'change', isQuiet: true });
    return tree;
  };
  const made = trees.get(number) ?? make();
  trees.set(number, made);
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
    const { changedFiles, baseFiles } = options;
    const run = (check: Check) => runOnTree(check, place, { options, on: 'change' });
    const context = { tree: place, changedFiles, baseFiles, baseline, run, whole };
    testRuns.push(...(await runTestsAgain(counted, old, context)));
  }
  return introducedBy(counted, old, { testRuns, format: options.format }).length > 0;
}

function runOf({ plan, results, before, testRuns, left }: Session): ChecksRun {
  return inPlanOrder(plan, { results, baseline: before, testRuns, left });
}
