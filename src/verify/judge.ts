import type { CheckResult, Diagnostic, FlakyTest, Verdict } from '../domain/verdict.ts';
import { sha256Hex } from '../lib/canonical-json.ts';
import { compareDiagnostics } from './compare-diagnostics.ts';
import { fewerTests } from './fewer-tests.ts';
import { errorsOf, type Judgement, judgeFailed, NONE } from './judge-failed.ts';
import { flakyEntries, flakyWarning, noteOn, often, rulingOn, type TestRuns } from './test-runs.ts';
import { unseenCrash } from './unseen-crash.ts';
import { wholeCheckDiagnostic } from './whole-check-diagnostic.ts';

export interface JudgeInput {
  readonly commit: string;
  readonly baseCommit: string;
  /** On the change, in the order they ran. */
  readonly results: readonly CheckResult[];
  /** The same checks on the base commit, by name; only those that were needed. */
  readonly baseline: readonly CheckResult[];
  readonly warnings: readonly string[];
  /** Failed tests that were run again. */
  readonly testRuns?: readonly TestRuns[];
  /** Whether formatting alone refuses a change. */
  readonly format?: FormatPolicy | undefined;
  /** The tree object of `commit`. */
  readonly tree?: string | undefined;
}

export type FormatPolicy = 'fail' | 'warn';

/**
 * Tells what a change broke from what was broken before (V3). Per check, base commit across, change down:
 *
 * |           | passed, or not needed | failed                  | timed-out              | not-run                |
 * |-----------|-----------------------|-------------------------|------------------------|------------------------|
 * | passed    | good                  | good (it mended it)     | good                   | good                   |
 * | failed    | introduced, all       | introduced: what is new | introduced, all + note | introduced, all + note |
 * | timed-out | introduced            | introduced              | old, says nothing      | introduced             |
 * | not-run   | introduced (1)        | introduced              | introduced             | old, says nothing      |
 *
 * What is new: problems counted by fingerprint, so a second one of the same kind is new; a failure equal to the old one passes
 * with a warning. Where the base timed out or could not run there is nothing to compare with, so a failure is held against the change.
 *
 * Where both failed, `judgeFailed` says what is new; where it is in doubt a change is neither blamed nor accepted: without an introduced
 * problem elsewhere the verdict is `unverifiable`.
 * (1) A check that did not run because an earlier step failed has no baseline and is neither good nor bad: the earlier step is.
 *
 * A failed test that was run again is judged by all its runs, as nobody can tell one bad run from a broken test:
 *
 * | on the change    | on the base commit | it is                                                        |
 * |------------------|--------------------|--------------------------------------------------------------|
 * | fails always     | never fails        | introduced                                                   |
 * | fails always     | fails always       | old                                                          |
 * | fails always     | fails sometimes    | introduced: it was flaky and is broken now                   |
 * | fails sometimes  | never fails        | introduced: the change made it flaky, or brought it so       |
 * | fails sometimes  | fails at all       | flaky: named, a warning, does not count                      |
 *
 * So nothing is excused by what the change alone does: whoever makes a test pass by chance has made it flaky, and only failures of
 * the base commit, which the change cannot touch, let a flaky test off.
 *
 * What passes, or fails as before, must also be seen to run the tests of the base commit: see `fewerTests`.
 *
 * Where formatting only warns, checks of formatting do not count against a change, however they end.
 *
 * `passed` needs at least one of the repository's own checks with something to say: installing, and Runyard's own look at
 * imports, do not make a change verified.
 */
export function judge(input: JudgeInput): Verdict {
  const { commit, baseCommit, results, baseline, tree } = input;
  const judgements = results.map((result) => {
    const before = baseline.find(({ check }) => check.name === result.check.name) ?? null;
    return judgeCheck(result, before, input);
  });
  const introduced = oncePerPlace(judgements.map((judgement) => judgement.introduced));
  const ran = results.some((result, index) => isOwnCheck(result) && judgements[index]?.counts === true);
  const doubts = judgements.flatMap(({ doubt }) => doubt ?? []);
  return {
    status: introduced.length > 0 ? 'failed' : ran && doubts.length === 0 ? 'passed' : 'unverifiable',
    commit,
    baseCommit,
    results: results.map(withoutBulk),
    baseline: baseline.map(withoutBulk),
    introduced: introduced.slice(0, MOST_KEPT),
    preexisting: judgements.flatMap((judgement) => judgement.preexisting).slice(0, MOST_KEPT),
    warnings: [...new Set([...doubts, ...input.warnings, ...judgements.flatMap(({ warnings }) => warnings)])],
    guards: [],
    flaky: judgements.flatMap(({ flaky }) => flaky).slice(0, MOST_KEPT),
    ...(tree === undefined ? {} : { tree }),
    fingerprint: fingerprintOf(introduced),
  };
}

const MOST_KEPT = 200;

/**
 * Several checks may find one and the same problem: the type checker, the build and the look at imports, say. Of two that differ only in
 * how exactly they say where, the more exact one stays.
 */
function oncePerPlace(byCheck: readonly (readonly Diagnostic[])[]): Diagnostic[] {
  const placed = new Set(byCheck.flat().filter(isPlaced).flatMap(lessExact));
  const seen = new Set<string>();
  return byCheck.flatMap((diagnostics) => {
    const fresh = diagnostics.filter(
      (diagnostic) =>
        !seen.has(placeOf(diagnostic)) && (isPlaced(diagnostic) || !placed.has(keyOf(diagnostic))),
    );
    for (const diagnostic of diagnostics) seen.add(placeOf(diagnostic));
    return fresh;
  });
}

function placeOf(diagnostic: Diagnostic): string {
  const { file, line, category, symbol, fingerprint } = diagnostic;
  return isPlaced(diagnostic) ? JSON.stringify([file, line, category, symbol]) : fingerprint;
}

function isPlaced({ file, line, symbol }: Diagnostic): boolean {
  return Boolean(file && line !== null && symbol);
}

/** How the same problem would be named without its line, or without any place. */
function lessExact(diagnostic: Diagnostic): string[] {
  return isOneOfMany(diagnostic) ? [] : [keyOf(diagnostic), keyOf({ ...diagnostic, file: null })];
}

/** Two tests of one name are two tests, and two errors with one code are two errors. */
function isOneOfMany({ category }: Diagnostic): boolean {
  return !['missing_dependency', 'missing_export', 'import_resolution', 'undefined_symbol'].includes(
    category,
  );
}

function keyOf({ file, category, symbol }: Diagnostic): string {
  return JSON.stringify([file, category, symbol]);
}

export type Rules = Pick<JudgeInput, 'testRuns' | 'format'>;

/** Problems one check introduced, for whoever has to decide before all checks ran. */
export function introducedBy(
  result: CheckResult,
  before: CheckResult | null,
  rules: Rules = {},
): readonly Diagnostic[] {
  return judgeCheck(result, before, rules).introduced;
}

/** Problems of a check that the base commit has too, by one run of each. */
export function preexistingOf(result: CheckResult, before: CheckResult | null): readonly Diagnostic[] {
  return judgeCheck(result, before, {}).preexisting;
}

function isOwnCheck({ check }: CheckResult): boolean {
  return check.kind !== 'install' && check.kind !== 'imports';
}

function judgeCheck(result: CheckResult, before: CheckResult | null, rules: Rules): Judgement {
  const { doubt, ...judgement } = withCounts(judgeStatus(result, before, rules), result, before);
  const onlyWarns = rules.format === 'warn' && result.check.kind === 'format';
  if (!onlyWarns) return doubt === undefined ? judgement : { ...judgement, doubt };
  if (judgement.introduced.length === 0) return judgement;
  const said = `${result.check.name}: ${count(judgement.introduced.length)} of formatting; formatting only warns here (checks.format).`;
  // A check that does not count verifies nothing either.
  return { ...judgement, introduced: [], counts: false, warnings: [...judgement.warnings, said] };
}

function judgeStatus(result: CheckResult, before: CheckResult | null, rules: Rules): Judgement {
  switch (result.status) {
    case 'passed':
      return judgePassed(result, before);
    case 'failed':
      return byRuns(result, judgeFailed(result, before), rules);
    case 'timed-out':
      return judgeTimedOut(result, before);
    case 'not-run':
      return judgeNotRun(result, before);
  }
}

/** Missing tests are told where nothing else is worse: a suite that broke runs fewer tests for that alone. */
function withCounts(judgement: Judgement, result: CheckResult, before: CheckResult | null): Judgement {
  const isEnded = result.status === 'passed' || result.status === 'failed';
  if (!isEnded || judgement.introduced.length > 0) return judgement;
  const { problem, doubt, warning } = fewerTests(result, before);
  if (problem) return { ...judgement, introduced: [problem], counts: true };
  const inDoubt = doubt ?? unseenCrash(result, before);
  if (inDoubt !== null) return { ...judgement, counts: false, doubt: inDoubt };
  return warning === undefined ? judgement : { ...judgement, warnings: [...judgement.warnings, warning] };
}

function judgePassed({ check }: CheckResult, before: CheckResult | null): Judgement {
  const mended = before !== null && before.status !== 'passed';
  const warnings = mended ? [`${check.name}: did not pass on the base commit, passes now.`] : [];
  return { ...NONE, counts: true, warnings };
}

/** What one run of each side says, set right where more runs say otherwise. */
function byRuns(result: CheckResult, first: Judgement, { testRuns = [] }: Rules): Judgement {
  const runsOf = new Map(
    testRuns.filter(({ check }) => check === result.check.name).map((runs) => [runs.fingerprint, runs]),
  );
  if (runsOf.size === 0) return first;
  const introduced: Diagnostic[] = [];
  const preexisting: Diagnostic[] = [];
  const flaky: FlakyTest[] = [];
  const warnings = [...first.warnings];
  const sort = (diagnostics: readonly Diagnostic[], otherwise: Diagnostic[]) => {
    for (const diagnostic of diagnostics) {
      const runs = runsOf.get(diagnostic.fingerprint);
      const ruling = runs && rulingOn(runs);
      if (!runs || ruling === 'preexisting') otherwise.push(diagnostic);
      else if (ruling === 'introduced') introduced.push(withRuns(diagnostic, runs));
      else {
        flaky.push(...flakyEntries(diagnostic, runs));
        warnings.push(flakyWarning(diagnostic, runs));
      }
    }
  };
  sort(first.introduced, introduced);
  sort(first.preexisting, preexisting);
  return { ...first, introduced, preexisting, warnings, flaky };
}

/** Marked where another verification would only wait for luck; a fault of the network in every run may still pass by itself. */
function withRuns(diagnostic: Diagnostic, runs: TestRuns): Diagnostic {
  const noted = withNote(diagnostic, noteOn(runs));
  const hasSpoken = diagnostic.category === 'test_failure' || often(runs.change) === 'sometimes';
  return hasSpoken ? { ...noted, runAgain: true } : noted;
}

function withNote(diagnostic: Diagnostic, note: string): Diagnostic {
  return note === '' ? diagnostic : { ...diagnostic, message: `${diagnostic.message}\n${note}` };
}

function judgeTimedOut(result: CheckResult, before: CheckResult | null): Judgement {
  const problem = wholeCheckDiagnostic(result);
  if (before?.status !== 'timed-out')
    return { ...NONE, counts: true, introduced: [problem, ...seenBefore(result, before)] };
  const warning = `${result.check.name}: reaches its time limit on the base commit too, so it says nothing about the change.`;
  return { ...NONE, preexisting: [problem], warnings: [warning] };
}

/** What failed before the time was up is often why it did not end; without an ended base commit nothing shows that it is new. */
function seenBefore(result: CheckResult, before: CheckResult | null): readonly Diagnostic[] {
  const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
  if (before?.status === 'passed') return errors;
  return before?.status === 'failed' ? compareDiagnostics(errors, errorsOf(before)).introduced : [];
}

function judgeNotRun(result: CheckResult, before: CheckResult | null): Judgement {
  const { name } = result.check;
  if (before === null) return NONE;
  if (before.status !== 'not-run')
    return { ...NONE, counts: true, introduced: [wholeCheckDiagnostic(result)] };
  return {
    ...NONE,
    preexisting: [wholeCheckDiagnostic(result)],
    warnings: [`${name}: cannot be run, on the base commit neither. ${firstLine(result.output)}`],
  };
}

/** Equal for equal sets of introduced problems. */
export function fingerprintOf(introduced: readonly Diagnostic[]): string | null {
  if (introduced.length === 0) return null;
  return sha256Hex(
    introduced
      .map((diagnostic) => diagnostic.fingerprint)
      .sort()
      .join('\n'),
  ).slice(0, 32);
}

/** A verdict travels in events and checkpoints: long lists stay with the judge. */
function withoutBulk(result: CheckResult): CheckResult {
  return { ...result, diagnostics: result.diagnostics.slice(0, MOST_KEPT) };
}

function count(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
