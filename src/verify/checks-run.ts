import { type Check, type CheckResult, nameOfPart } from '../domain/verdict.ts';
import { ranNoTests } from './test-count.ts';
import type { TestRuns } from './test-runs.ts';

export interface ChecksRun {
  readonly results: readonly CheckResult[];
  readonly baseline: readonly CheckResult[];
  readonly testRuns: readonly TestRuns[];
  readonly warnings: readonly string[];
  /** Names of checks that were left out, or ended, because another one is known to be worse. */
  readonly left: readonly string[];
}

/** The results in the order of the plan, however they came, with what is to be said of them. */
export function inPlanOrder(
  plan: { readonly checks: readonly Check[]; readonly removed: readonly Check[] },
  run: Omit<ChecksRun, 'warnings'>,
): ChecksRun {
  const order = ['install', ...plan.checks.map(({ name }) => name), ...plan.removed.map(({ name }) => name)];
  const parts = new Map(plan.checks.map((check) => [nameOfPart(check), check.name]));
  const place = ({ check }: CheckResult) => {
    const at = order.indexOf(check.name);
    return at >= 0 ? at : order.indexOf(parts.get(check.name) ?? '') - 0.5;
  };
  const sorted = (list: readonly CheckResult[]) => [...list].sort((a, b) => place(a) - place(b));
  const results = sorted(run.results);
  const suites = results.filter(({ check }) => !parts.has(check.name));
  const warnings = [...results.flatMap(editWarning), ...suites.flatMap(noTestsWarning)];
  return { ...run, results, baseline: sorted(run.baseline), warnings };
}

function editWarning({ check, edited = [] }: CheckResult): string[] {
  if (edited.length === 0) return [];
  const shown = edited.slice(0, 5).join(', ');
  const more = edited.length > 5 ? ` and ${edited.length - 5} more` : '';
  return [`${check.name}: edits files of the commit (${shown}${more}); the edits were thrown away.`];
}

function noTestsWarning({ check, status, output }: CheckResult): string[] {
  if (check.kind !== 'test' || status !== 'passed' || !ranNoTests(output)) return [];
  return [`${check.name}: passed without running a single test.`];
}
