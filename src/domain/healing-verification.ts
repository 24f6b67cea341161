import { type BackoffPolicy, backoffDelayMs } from '../lib/backoff.ts';
import type { HealingSpec } from './healing-policy.ts';
import { reactionTo } from './healing-reaction.ts';
import type { Verdict } from './verdict.ts';

const BACKOFF: BackoffPolicy = { initialDelayMs: 2_000, maxDelayMs: 30_000 };
const LONGEST_REASON = 300;

export interface VerificationSnapshot {
  readonly verdict: Verdict;
  /** How often this commit was verified again already. */
  readonly done: number;
  readonly healing: HealingSpec;
  readonly random?: () => number;
}

/** Another verification of the same commit, after a wait; null: the verdict counts. */
export interface VerifyAgain {
  readonly count: number;
  readonly waitMs: number;
  readonly reason: string;
}

/**
 * Whether a commit is verified again before its failure counts (X9): every new problem is one that `retry` follows. One that the agent has
 * to mend makes waiting for the others pointless.
 */
export function decideVerification({
  verdict,
  done,
  healing,
  random,
}: VerificationSnapshot): VerifyAgain | null {
  const { status, introduced } = verdict;
  const [first] = introduced;
  if (status !== 'failed' || !first || done >= healing.verifyAgain) return null;
  // Tests that were run again have had their chance: once more would only wait for the run in which a flaky one passes.
  if (introduced.some(({ runAgain }) => runAgain)) return null;
  const reactions = introduced.map(({ category }) => reactionTo(category, healing.actions));
  const [reaction] = reactions;
  if (!reaction || reactions.some(({ action }) => action !== 'retry')) return null;
  const reason = `${first.category} (${reaction.why}): ${first.message}`.replace(/\s+/g, ' ');
  const count = done + 1;
  return { count, waitMs: backoffDelayMs(count, BACKOFF, random), reason: reason.slice(0, LONGEST_REASON) };
}
