import type { CheckResult, Diagnostic } from '../domain/verdict.ts';
import { toDiagnostic } from './parse/problem.ts';
import { ranIn } from './test-tally.ts';
import { saysSomething } from './unreadable.ts';

/** A runner that counts failures in a run that ended as a pass: a script has swallowed its exit code. */
export function summaryFailure({ check, tests }: Pick<CheckResult, 'check' | 'tests'>): Diagnostic | null {
  if (!tests || tests.failed === 0) return null;
  return toDiagnostic(
    {
      category: 'test_failure',
      message: `${check.name}: ended with exit code 0, but ${tests.runners} counts ${count(tests.failed)} that failed.`,
      symbol: check.name,
      hint: 'Let the test script end with the exit code of the runner, and mend the tests that fail.',
      identity: `summary-failure ${check.name}`,
    },
    null,
  );
}

/** What the counts of both sides say about a check that would otherwise be no worse. */
export interface FewerTests {
  readonly problem?: Diagnostic;
  readonly doubt?: string;
  readonly warning?: string;
}

/**
 * Tests of the base commit that were not seen to run on the change: whoever ends the process early passes, too (V3).
 *
 * | on the change                                            | it is                                      |
 * |----------------------------------------------------------|--------------------------------------------|
 * | none ran, some on the base commit                        | introduced, `no_tests`                     |
 * | fewer ran, the diff takes away fewer tests than are missing | introduced                              |
 * | fewer ran, the diff takes tests away nobody can count    | a warning                                  |
 * | fewer ran, the runner stops at the first failure         | in doubt                                   |
 * | fewer ran, of TAP without a known runner                 | in doubt                                   |
 * | fewer ran, the diff takes away as many; as many or more  | nothing                                    |
 *
 * | no summary, where the base commit has one                | in doubt                                   |
 * | not a word, where the base commit says something         | in doubt                                   |
 *
 * Where the base commit has no summary that can be read, or another runner counted, nothing is said.
 */
export function fewerTests(result: CheckResult, before: CheckResult | null): FewerTests {
  if (lacksSummary(result, before))
    return {
      doubt: `${result.check.name}: says nothing about how many tests ran; on the base commit it does. Look for a call that ends the process before the runner sums up (process.exit), or let the runner print its usual summary.`,
    };
  if (fellSilent(result, before))
    return {
      doubt: `${result.check.name}: passes without a word; on the base commit it says how it went. Look for a call that ends the process before the tests ran (process.exit).`,
    };
  const missing = missingTests(result, before);
  if (!missing) return {};
  const { name } = result.check;
  const { ran, ranBefore, skipped } = missing;
  const counts = `${count(ranBefore)} ran on the base commit, ${ran} ${ran === 1 ? 'runs' : 'run'} now${skipped > 0 ? ` (${skipped} more skipped)` : ''}`;
  if (ran === 0) return { problem: problemOf(name, `${name}: no test runs any more: ${counts}.`) };
  const { removedTests = 0 } = result;
  if (removedTests === null)
    return { warning: `${name}: ${counts}. The change takes tests away, and it cannot be told how many.` };
  if (removedTests >= ranBefore - ran) return {};
  if (result.status === 'failed' && stopsEarly(result))
    return {
      doubt: `${name}: ${counts}, and the runner ends at the first failure, so it cannot be told whether the rest passes.`,
    };
  // Whoever prints TAP by hand calls its tests as it likes, so the diff does not show them.
  if (result.tests?.runners === 'TAP' && removedTests === 0)
    return {
      doubt: `${name}: ${counts}, and it cannot be told whether the change takes tests away. Say why they are gone, or let them run.`,
    };
  const explained = removedTests === 0 ? 'takes none away' : `takes away only ${removedTests}`;
  return {
    problem: problemOf(name, `${name}: fewer tests run than before: ${counts}, and the change ${explained}.`),
  };
}

/** Whether it has to be known how many tests the change takes away. */
export function needsRemoved(result: CheckResult, before: CheckResult | null): boolean {
  return (missingTests(result, before)?.ran ?? 0) > 0;
}

/** Of a whole suite: a selection of tests is another one on each side. */
export function countsTests({ check }: CheckResult): boolean {
  return check.kind === 'test' && !/:(?:changed|again)$/.test(check.name);
}

function lacksSummary(result: CheckResult, before: CheckResult | null): boolean {
  const old = before?.tests;
  return countsTests(result) && !result.tests && old !== undefined && ranIn(old) > 0;
}

/** A script without a runner has nothing but its words to show that it went to its end. */
function fellSilent(result: CheckResult, before: CheckResult | null): boolean {
  if (!countsTests(result) || result.status !== 'passed' || before?.status !== 'passed') return false;
  return !result.tests && !saysSomething(result.output) && saysSomething(before.output);
}

function missingTests(result: CheckResult, before: CheckResult | null) {
  const [now, old] = [result.tests, before?.tests];
  if (!countsTests(result) || !now || !old) return null;
  const [ran, ranBefore] = [ranIn(now), ranIn(old)];
  if (ran >= ranBefore || (ran > 0 && now.runners !== old.runners)) return null;
  return { ran, ranBefore, skipped: Math.max(0, now.skipped - (old.skipped ?? 0)) };
}

function stopsEarly({ check, output }: CheckResult): boolean {
  const commands = [check.argv.join(' '), ...output.split('\n', 40).filter((line) => /^[>$] /.test(line))];
  return commands.some((command) =>
    /(?:^|\s)(?:-x|-b|--bail|--exitfirst|--maxfail|--fail-fast|-failfast)\b/.test(command),
  );
}

function problemOf(name: string, message: string): Diagnostic {
  return toDiagnostic(
    {
      category: 'no_tests',
      message,
      symbol: name,
      hint: 'Look for a call that ends the process early (process.exit), a file the runner no longer finds or loads, a filter, or tests that are skipped.',
      identity: `fewer-tests ${name}`,
    },
    null,
  );
}

function count(tests: number): string {
  return tests === 1 ? '1 test' : `${tests} tests`;
}
