import type { FailureCategory } from '../../domain/failure-category.ts';

/** What stands above its followers: code that cannot be parsed or found makes every later message doubtful. */
const RANK: Partial<Record<FailureCategory, number>> = {
  git_conflict: 0,
  syntax_error: 1,
  config_error: 1,
  missing_dependency: 2,
  import_resolution: 2,
  missing_export: 2,
  undefined_symbol: 3,
};
const USUAL_RANK = 4;

/** The problem the others may follow from; the first among equals. */
export function mainProblem<T extends { readonly category: string; readonly severity?: string }>(
  problems: readonly T[],
): T | null {
  let main: T | null = null;
  for (const problem of problems) {
    if (problem.severity === 'warning') continue;
    if (main === null || rankOf(problem) < rankOf(main)) main = problem;
  }
  return main;
}

function rankOf(problem: { readonly category: string }): number {
  return RANK[problem.category as FailureCategory] ?? USUAL_RANK;
}
