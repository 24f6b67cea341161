import type { AttemptRecord } from './attempt.ts';
import { decideAfterReview, type ReviewPolicies, type ReviewPolicy, reviewStages } from './review.ts';

export interface FallbackSnapshot {
  readonly policies: ReviewPolicies | undefined;
  /** All attempts of a run whose ladder gives up. */
  readonly attempts: readonly AttemptRecord[];
}

/** An attempt whose commit was kept. */
export type Kept = AttemptRecord & { readonly commit: string; readonly bundle: string };

export type ReviewFallback =
  | { readonly kind: 'wait'; readonly attempt: Kept; readonly reason: string }
  | { readonly kind: 'deliver'; readonly attempt: Kept; readonly remarks: readonly string[] };

/**
 * What a run that gives up falls back to (L2): the last attempt that had passed its checks and was sent back by a review. What came after it
 * failed, and takes nothing from it; the review's rounds count as used up. null: there is no such attempt.
 */
export function decideReviewFallback({ policies = {}, attempts }: FallbackSnapshot): ReviewFallback | null {
  const index = attempts.findLastIndex(wasSentBack);
  const attempt = attempts[index];
  if (!attempt || !isKept(attempt)) return null;
  const after = attempts.length - 1 - index;
  const others =
    after === 1
      ? `attempt ${attempt.number + 1}, made for that, did not pass`
      : `the ${after} attempts made after that did not pass`;
  const told = `Attempt ${attempt.number} passed its checks and was sent back by review; ${others}.`;
  const last = attempts.slice(0, index + 1);
  const next = decideAfterReview({ policies: withoutRounds(policies), attempts: last, acceptedCommit: null });
  if (next.kind === 'deliver') {
    return { kind: 'deliver', attempt, remarks: [`${told} It is delivered.`, ...next.remarks] };
  }
  return { kind: 'wait', attempt, reason: 'reason' in next ? `${told} ${next.reason}` : told };
}

function wasSentBack({ outcome, reviews = [] }: AttemptRecord): boolean {
  return outcome === 'passed' && reviews.length > 0;
}

function isKept(attempt: AttemptRecord): attempt is Kept {
  return attempt.commit !== null && attempt.bundle !== undefined;
}

function withoutRounds(policies: ReviewPolicies): ReviewPolicies {
  const used = (policy: ReviewPolicy) => ({ ...policy, maxRounds: 0 });
  return Object.fromEntries(
    reviewStages.flatMap((stage) => {
      const policy = policies[stage];
      return policy ? [[stage, used(policy)]] : [];
    }),
  );
}
