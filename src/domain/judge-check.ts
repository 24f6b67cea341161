import type { AttemptRecord } from './attempt.ts';
import type { CheckResult, Diagnostic, Verdict } from './verdict.ts';

export type CheckJudgement = 'passed' | 'new-failure' | 'old-failure' | 'not-run';

/** One check of a verdict, with what it says of the change. */
export interface JudgedCheck {
  readonly result: CheckResult;
  /** The same check on the base commit. */
  readonly base: CheckResult | null;
  readonly judgement: CheckJudgement;
  /** The new ones first. */
  readonly diagnostics: readonly (Diagnostic & { readonly isNew: boolean })[];
}

export function judgeChecks(verdict: Verdict): JudgedCheck[] {
  const introduced = new Set(verdict.introduced.map(({ fingerprint }) => fingerprint));
  const onBase = new Map(verdict.baseline.map((result) => [result.check.name, result]));
  return verdict.results.map((result) => {
    const base = onBase.get(result.check.name) ?? null;
    const marked = result.diagnostics.map((one) => ({ ...one, isNew: introduced.has(one.fingerprint) }));
    const diagnostics = [...marked.filter(({ isNew }) => isNew), ...marked.filter(({ isNew }) => !isNew)];
    return {
      result,
      base,
      judgement: judge(
        result,
        base,
        marked.some(({ isNew }) => isNew),
      ),
      diagnostics,
    };
  });
}

function judge({ status }: CheckResult, base: CheckResult | null, hasNew: boolean): CheckJudgement {
  if (status === 'passed' || status === 'not-run') return status;
  const failedBefore = base?.status === 'failed' || base?.status === 'timed-out';
  return hasNew || !failedBefore ? 'new-failure' : 'old-failure';
}

const MOST_NAMED = 3;

/** Why an attempt did not pass, in a sentence; null when it did. */
export function whyNotPassed({ outcome, error, verdict }: AttemptRecord): string | null {
  if (outcome === 'passed') return null;
  if (error) return error.what;
  if (outcome === 'no-changes') return 'The agent changed nothing.';
  if (!verdict) return null;
  if (outcome === 'unverifiable') return verdict.warnings[0] ?? 'No check could verify the change.';
  const failing = judgeChecks(verdict).filter(({ judgement }) => judgement === 'new-failure');
  const guards = verdict.guards
    .filter(({ action }) => action === 'block')
    .map(({ guard }) => `guard ${guard}`);
  const names = [...failing.map(({ result }) => result.check.name), ...new Set(guards)].slice(0, MOST_NAMED);
  const [first] = verdict.introduced;
  const place = first?.file ? `${first.file}${first.line === null ? '' : `:${first.line}`} ` : '';
  const count = verdict.introduced.length;
  return `${names.join(', ') || 'A check'}: ${count} new problem${count === 1 ? '' : 's'}${first ? `, first ${place}${first.message}` : ''}`;
}
