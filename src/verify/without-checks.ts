import type { Verdict } from '../domain/verdict.ts';
import { judge } from './judge.ts';

/** What is said of a commit whose run has its checks off. */
export function withoutChecks({ commit, baseCommit }: { commit: string; baseCommit: string }): Verdict {
  const warnings = ['Checks are switched off for this run.'];
  return judge({ commit, baseCommit, results: [], baseline: [], warnings });
}
