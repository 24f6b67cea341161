import { type FailureCategory, failureClassOf, isFailureCategory } from '../domain/failure-category.ts';
import { healingTable } from '../domain/healing-policy.ts';
import type { CheckResult } from '../domain/verdict.ts';
import { errorsOf } from './judge-failed.ts';
import { lacksPackages } from './nothing-ran.ts';

/** How long an answer is kept. Scripts may call programs of the machine that no key knows of. */
export const longestKeptMs = 24 * 3_600_000;

/** Whether another run would end the same: it passed, or failed for what the code says and not for the machine, the network or chance. */
export function wouldEndAlike(result: CheckResult): boolean {
  if (result.status === 'passed') return true;
  if (result.status !== 'failed' || result.check.kind === 'install' || lacksPackages(result)) return false;
  return !errorsOf(result).some(({ category }) => isByChance(category));
}

/** Of the code, and yet not always the same. */
const BY_CHANCE: ReadonlySet<string> = new Set<FailureCategory>(['timeout', 'out_of_memory', 'crash']);

/** What somebody mends outside of the commit, or what passes by itself. */
function isByChance(category: string): boolean {
  if (BY_CHANCE.has(category) || !isFailureCategory(category) || category === 'none') return true;
  const [action] = healingTable[category];
  return (
    ['environment', 'git', 'model'].includes(failureClassOf(category)) || ['retry', 'ask'].includes(action)
  );
}
