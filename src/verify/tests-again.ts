import type { FailureCategory } from '../domain/failure-category.ts';
import type { Check, CheckResult, Diagnostic } from '../domain/verdict.ts';
import type { Baseline } from './baseline.ts';
import { summaryFailure } from './fewer-tests.ts';
import { introducedBy, preexistingOf } from './judge.ts';
import { errorsOf } from './judge-failed.ts';
import { often, type TestRuns, tallyOf } from './test-runs.ts';
import { type Selection, type SelectionContext, selectFailed } from './test-selection.ts';

export interface AgainContext extends SelectionContext {
  readonly baseline: Baseline;
  /** On the change, in the tree in which the check ran. */
  readonly run: (check: Check) => Promise<CheckResult>;
}

/** Further runs of the change: a test that fails half of the time is caught by two of them three times out of four. */
const RUNS_AGAIN = 2;
/** Further runs where the first ones leave doubt that is worth more of them: does the base commit fail sometimes, or the change never? */
const MOST_RUNS_AGAIN = 9;
/** For all further runs of one side: the verdict on a broken suite must not take several times as long as the suite. */
const LONGEST_AGAIN_MS = 120_000;
/** Flaky tests come in ones and twos; when dozens fail, something is broken. */
const MOST_SUSPECTS = 25;

/** What no second run can turn: the code is what it is. */
const SURE: ReadonlySet<string> = new Set<FailureCategory>([
  'syntax_error',
  'type_error',
  'missing_export',
  'import_resolution',
  'missing_dependency',
  'missing_env_var',
  'missing_tool',
  'config_error',
  'no_tests',
  'coverage_threshold',
]);

/**
 * Runs failed tests again, on both sides as far as the answer depends on it, in bounded time and within the time limit of their check; a suite
 * that can only be run whole and takes too long for that is judged by its first run. `judge` says what is
 * made of the counts. Tests that fail on the base commit are first run again there, once per base tree.
 */
export async function runTestsAgain(
  result: CheckResult,
  before: CheckResult | null,
  context: AgainContext & { readonly whole: Check },
): Promise<readonly TestRuns[]> {
  if (result.status !== 'failed' || result.check.kind !== 'test') return [];
  const swallowed = summaryFailure(result)?.fingerprint;
  const canPass = ({ category, fingerprint }: Diagnostic) => !SURE.has(category) && fingerprint !== swallowed;
  const fresh = introducedBy(result, before).filter(canPass);
  const old = preexistingOf(result, before).filter(canPass);
  if (fresh.length + old.length === 0 || fresh.length + old.length > MOST_SUSPECTS) return [];
  const selection = await selectFailed(result, context.whole, context);
  const limitMs = Math.min(LONGEST_AGAIN_MS, result.check.timeoutMs - result.durationMs);
  const isWhole = selection.check.argv.join('\0') === result.check.argv.join('\0');
  if (isWhole && RUNS_AGAIN * result.durationMs > limitMs) return [];
  const base = baseRuns(before, selection, { baseline: context.baseline, limitMs });
  if (old.length > 0) await base.more(RUNS_AGAIN, () => false);
  const doubtful = old.filter(({ fingerprint }) => often(base.tally(fingerprint)) === 'sometimes');
  const suspects = [...fresh, ...doubtful];
  if (suspects.length === 0) return [];
  const change = changeRuns(result, selection, { run: context.run, limitMs });
  const hasPassed = ({ fingerprint }: Diagnostic) => often(change.tally(fingerprint)) !== 'always';
  await change.more(RUNS_AGAIN, () => suspects.every(hasPassed));
  await change.more(MOST_RUNS_AGAIN, () => doubtful.every(hasPassed));
  const unsteady = suspects.filter(hasPassed);
  if (unsteady.length > 0) {
    await base.more(MOST_RUNS_AGAIN, () =>
      unsteady.every(({ fingerprint }) => base.tally(fingerprint).failures > 0),
    );
  }
  return suspects.map(({ fingerprint }) => ({
    check: result.check.name,
    fingerprint,
    change: change.tally(fingerprint),
    baseline: base.tally(fingerprint),
  }));
}

/** The runs of one side so far, the first one included, in which problems without a name are told as `judge` does. */
function baseRuns(
  before: CheckResult | null,
  { onBase }: Selection,
  { baseline, limitMs }: { baseline: Baseline; limitMs: number },
) {
  const first = before ? [named(before)] : [];
  let runs = first;
  return {
    tally: (fingerprint: string) => tallyOf(fingerprint, runs),
    async more(count: number, isEnough: () => boolean): Promise<void> {
      if (!onBase || isEnough()) return;
      const until = (again: readonly CheckResult[]) => {
        runs = [...first, ...again.map(named)];
        return isEnough();
      };
      const again = await baseline.again(onBase, { count, limitMs, until });
      runs = [...first, ...again.map(named)];
    },
  };
}

function changeRuns(
  result: CheckResult,
  { check }: Selection,
  { run, limitMs }: Pick<AgainContext, 'run'> & { limitMs: number },
) {
  const runs = [named(result)];
  let leftMs = limitMs;
  return {
    tally: (fingerprint: string) => tallyOf(fingerprint, runs),
    async more(count: number, isEnough: () => boolean): Promise<void> {
      while (runs.length <= count && leftMs > 0 && !isEnough()) {
        const again = await run({ ...check, timeoutMs: Math.ceil(leftMs) });
        leftMs -= again.durationMs;
        // A run that was cut short says nothing about any test.
        if (again.status !== 'passed' && again.status !== 'failed') return;
        runs.push(named({ ...again, check: result.check }));
      }
    },
  };
}

function named(result: CheckResult): CheckResult {
  return result.status === 'failed' ? { ...result, diagnostics: [...errorsOf(result)] } : result;
}
