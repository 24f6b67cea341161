import { z } from 'zod';
import type { CheckResult, Diagnostic, FlakyTest } from '../domain/verdict.ts';

const tally = z.object({ runs: z.number().int().min(0), failures: z.number().int().min(0) });
export type Tally = z.infer<typeof tally>;

/** How often one failed test ran and failed on either side, the first run of both included. */
export const testRunsSchema = z.object({
  check: z.string(),
  /** Of its diagnostic. */
  fingerprint: z.string(),
  change: tally,
  baseline: tally,
});
export type TestRuns = z.infer<typeof testRunsSchema>;

export type Often = 'never' | 'sometimes' | 'always';

export function often({ runs, failures }: Tally): Often {
  if (failures === 0) return 'never';
  return failures >= runs ? 'always' : 'sometimes';
}

/** In how many of the runs a test failed. A run that says nothing about single tests fails all of them. */
export function tallyOf(fingerprint: string, runs: readonly CheckResult[]): Tally {
  const definite = runs.filter(({ status }) => status === 'passed' || status === 'failed');
  const failures = definite.filter((run) => {
    const errors = run.diagnostics.filter(({ severity }) => severity === 'error');
    return (
      run.status === 'failed' &&
      (errors.length === 0 || errors.some((error) => error.fingerprint === fingerprint))
    );
  });
  return { runs: definite.length, failures: failures.length };
}

/** What is made of a failed test, from how often it fails on both sides; see the docstring of `judge`. */
export function rulingOn({ change, baseline }: TestRuns): 'introduced' | 'preexisting' | 'flaky' {
  const before = often(baseline);
  if (often(change) === 'always') return before === 'always' ? 'preexisting' : 'introduced';
  return before === 'never' ? 'introduced' : 'flaky';
}

/** What to add to the message of a test that counts although its runs differ; empty: nothing. */
export function noteOn({ change, baseline }: TestRuns): string {
  const counts = `${times(change)} on the change, ${times(baseline)} on the base commit`;
  if (often(change) === 'sometimes') return `Became flaky: failed in ${counts}.`;
  return often(baseline) === 'sometimes' ? `Was flaky and fails always now: failed in ${counts}.` : '';
}

export function flakyEntries(diagnostic: Diagnostic, runs: TestRuns): FlakyTest[] {
  const { symbol, message, file } = diagnostic;
  const test = (symbol ?? message.split('\n')[0] ?? '').slice(0, 300);
  const entry = (on: FlakyTest['on'], of: Tally): FlakyTest[] =>
    of.runs >= 2 && of.failures >= 1 ? [{ check: runs.check, test, file, on, ...of }] : [];
  return [...entry('change', runs.change), ...entry('baseline', runs.baseline)];
}

export function flakyWarning(diagnostic: Diagnostic, { check, change, baseline }: TestRuns): string {
  const name = (diagnostic.symbol ?? diagnostic.message.split('\n')[0] ?? '').slice(0, 120);
  return `${check}: "${name}" is flaky and does not count: failed in ${times(change)} on the change, ${times(baseline)} on the base commit.`;
}

function times({ runs, failures }: Tally): string {
  return `${failures} of ${runs} ${runs === 1 ? 'run' : 'runs'}`;
}
