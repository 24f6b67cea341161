import type { CheckResult, Diagnostic, FlakyTest } from '../domain/verdict.ts';
import { compareDiagnostics } from './compare-diagnostics.ts';
import { nothingRan } from './nothing-ran.ts';
import { compareUnreadable, hidesSomething } from './unreadable.ts';
import { wholeCheckDiagnostic } from './whole-check-diagnostic.ts';

/** What one check says about the change. */
export interface Judgement {
  readonly introduced: readonly Diagnostic[];
  readonly preexisting: readonly Diagnostic[];
  readonly warnings: readonly string[];
  readonly flaky: readonly FlakyTest[];
  /** Whether this check says anything about the change. */
  readonly counts: boolean;
  /** Why it cannot be told whether the change is worse: then nothing else makes it pass. */
  readonly doubt?: string;
}

export const NONE: Judgement = { introduced: [], preexisting: [], warnings: [], flaky: [], counts: false };

/**
 * A check that failed on the change, by how it ended on the base commit; null: not needed there.
 *
 * Failed on both, by what can be read into problems (base across, change down):
 *
 * |            | readable                                 | unreadable                                          |
 * |------------|------------------------------------------|-----------------------------------------------------|
 * | readable   | what is new; in doubt where all are old  | introduced, with a note: nothing shows they are old |
 * |            | and exit code or counts say more         |                                                     |
 * | unreadable | introduced, as one problem, with a note  | `compareUnreadable`: old, introduced, or in doubt   |
 */
export function judgeFailed(result: CheckResult, before: CheckResult | null): Judgement {
  const problems = errorsOf(result);
  if (before === null || before.status === 'passed') return { ...NONE, counts: true, introduced: problems };
  const { name } = result.check;
  if (before.status !== 'failed') {
    const warning = `${name}: ${words(before.status)} on the base commit, so nothing shows that its failures are old.`;
    return { ...NONE, counts: true, introduced: problems, warnings: [warning] };
  }
  if (isReadable(result) && isReadable(before)) return judgeReadable(result, before);
  if (isReadable(result) || isReadable(before)) {
    const warning = `${name}: fails on the base commit too, but only one of the two outputs can be read into problems, so nothing shows that its failures are old.`;
    return { ...NONE, counts: true, introduced: problems, warnings: [warning] };
  }
  return judgeUnreadable(result, before);
}

function judgeReadable(result: CheckResult, before: CheckResult): Judgement {
  const { introduced, preexisting } = compareDiagnostics(errorsOf(result), errorsOf(before));
  if (introduced.length > 0) return { ...NONE, introduced, preexisting, counts: true };
  const idle = nothingRan(result, before);
  if (idle !== null) return { ...NONE, preexisting, doubt: idle };
  const isExactlyOld = preexisting.length === errorsOf(before).length;
  if (isExactlyOld && hidesSomething(result, before)) return { ...NONE, preexisting, doubt: doubtOf(result) };
  return { ...NONE, preexisting, warnings: [sameWay(result, preexisting.length)], counts: true };
}

function judgeUnreadable(result: CheckResult, before: CheckResult): Judgement {
  const problems = errorsOf(result);
  const idle = nothingRan(result, before);
  if (idle !== null) return { ...NONE, preexisting: problems, doubt: idle };
  switch (compareUnreadable(result, before)) {
    case 'same':
      return {
        ...NONE,
        preexisting: problems,
        warnings: [sameWay(result, problems.length)],
        counts: true,
      };
    case 'different':
      return { ...NONE, introduced: problems, counts: true };
    case 'cannot-tell':
      return { ...NONE, doubt: doubtOf(result) };
  }
}

function isReadable({ diagnostics }: CheckResult): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function sameWay({ check }: CheckResult, problems: number): string {
  return `${check.name}: fails on the base commit in the same way (${count(problems)}).`;
}

function doubtOf({ check }: CheckResult): string {
  return `${check.name}: fails on the base commit too, and its output does not show whether the change adds a failure. Mend the check on the base commit, or let its tool report in a form Runyard reads (TAP, or the usual output of a known runner).`;
}

/** Errors a failed check reported; at least one, so that no failure is without a problem. */
export function errorsOf(result: CheckResult): readonly Diagnostic[] {
  const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  return errors.length > 0 ? errors : [wholeCheckDiagnostic(result)];
}

function words(status: CheckResult['status']): string {
  return status === 'timed-out' ? 'reached its time limit' : 'could not run';
}

function count(problems: number): string {
  return problems === 1 ? '1 problem' : `${problems} problems`;
}
