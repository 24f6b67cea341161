import type { ReceiptPredicate } from '../../domain/receipt.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { ReceiptFinding } from './check-envelope.ts';

export interface RerunDifference {
  /** null: the verdict itself. */
  readonly check: string | null;
  readonly before: string;
  readonly now: string;
}

/** What came out otherwise when the same checks were run again on the same commits. */
export function compareRerun(receipt: ReceiptPredicate, now: Verdict): RerunDifference[] {
  const differences: RerunDifference[] = [];
  if (receipt.verdict !== now.status)
    differences.push({ check: null, before: receipt.verdict, now: now.status });
  const results = new Map(now.results.map(({ check, status }) => [check.name, status]));
  for (const { name, status } of receipt.checks) {
    const again = results.get(name) ?? 'not there any more';
    if (again !== status) differences.push({ check: name, before: status, now: again });
  }
  // A list that was cut does not say what was not in it.
  if (receipt.checks.length < receipt.checksCount) return differences;
  const known = new Set(receipt.checks.map(({ name }) => name));
  for (const [name, status] of results) {
    if (!known.has(name)) differences.push({ check: name, before: 'not there', now: status });
  }
  return differences;
}

export function rerunFinding(differences: readonly RerunDifference[], checks: number): ReceiptFinding {
  const part = 'checks run again';
  if (differences.length === 0) return { part, ok: true, detail: `${checks} checks, each as before` };
  const told = differences
    .slice(0, MOST_TOLD)
    .map(({ check, before, now }) => `${check ?? 'the verdict'} was ${before}, is ${now}`);
  return { part, ok: false, detail: `${told.join('; ')}.` };
}

const MOST_TOLD = 10;
