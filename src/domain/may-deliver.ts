import type { AttemptRecord } from './attempt.ts';
import { askedGuards } from './guard-policy.ts';
import { blockingFindings, type ReviewPolicies, reviewStages } from './review.ts';

export interface DeliverySnapshot {
  /** What made the commit that is to be delivered. */
  readonly attempt: Pick<AttemptRecord, 'commit' | 'verdict' | 'reviews'>;
  readonly policies: ReviewPolicies | undefined;
  readonly allowUnverified: boolean;
  /** A person accepted exactly this commit. */
  readonly isAccepted: boolean;
}

/** What a person had to accept before this commit may be delivered, and has not; null: nothing (X13, L2). The worker asks; this is asked of it. */
export function missingAcceptance(snapshot: DeliverySnapshot): string | null {
  const { attempt, policies = {}, allowUnverified, isAccepted } = snapshot;
  if (isAccepted) return null;
  const { commit, verdict, reviews = [] } = attempt;
  const [asked] = askedGuards(verdict?.guards ?? []);
  if (asked) return `Nobody accepted what the guard ${asked.guard} asks: ${asked.message}`;
  if (verdict?.status === 'unverifiable' && !allowUnverified)
    return 'It could not be verified, and nobody accepted it.';
  for (const stage of reviewStages) {
    const policy = policies[stage];
    if (!policy) continue;
    const record = reviews.find((one) => one.stage === stage && one.commit === commit);
    if (policy.required && record?.status !== 'reviewed')
      return `The ${stage} review is required, and there is none of it.`;
    if (record && policy.whenUsedUp === 'wait' && blockingFindings(record, policy).length > 0)
      return `The ${stage} review has findings that nobody accepted.`;
  }
  return null;
}
