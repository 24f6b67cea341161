import type { Check, CheckResult, Verdict } from '../domain/verdict.ts';
import { introducedBy } from './judge.ts';

/** The checks whose new problems the repository's own tool may mend. */
export function fixableChecks(verdict: Verdict): Check[] {
  return verdict.results
    .filter((result) => (result.check.fix?.length ?? 0) > 0 && newProblems(verdict, result) > 0)
    .map(({ check }) => check);
}

/**
 * Whether a mended commit replaces the one before: the mended checks find less, and no check that ran before finds more. A check that was
 * left out before, because its verdict was certain without it, says nothing about the mending.
 */
export function autofixHelped(before: Verdict, after: Verdict): boolean {
  if (before.status === 'passed' && after.status !== 'passed') return false;
  if (addsSuspicion(before, after)) return false;
  const ran = before.results.filter(({ status }) => status !== 'not-run');
  const pairs = ran.map((result) => {
    const now = after.results.find(({ check }) => check.name === result.check.name);
    // What ran before and does not any more hides what it would have found.
    const left = !now || now.status === 'not-run' ? Number.POSITIVE_INFINITY : newProblems(after, now);
    return { fixable: (result.check.fix?.length ?? 0) > 0, was: newProblems(before, result), is: left };
  });
  const worse = pairs.some(({ was, is }) => is > was);
  return !worse && pairs.some(({ fixable, was, is }) => fixable && is < was);
}

/** A tool that silences what it cannot mend leaves the change worse than it was. */
function addsSuspicion(before: Verdict, after: Verdict): boolean {
  const known = new Set(before.guards.map(({ action, fingerprint }) => `${action} ${fingerprint}`));
  return after.guards.some(
    ({ action, fingerprint }) => action !== 'warn' && !known.has(`${action} ${fingerprint}`),
  );
}

function newProblems({ baseline }: Verdict, result: CheckResult): number {
  if (result.status === 'passed') return 0;
  const base = baseline.find(({ check }) => check.name === result.check.name) ?? null;
  return introducedBy(result, base).length;
}
