import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from './attempt.ts';
import type { ReviewFinding, ReviewPolicy, ReviewRecord } from './review.ts';
import { decideReviewFallback } from './review-fallback.ts';

const quality: ReviewPolicy = {
  model: 'scripted/reviewer',
  blockOn: 'major',
  maxRounds: 3,
  whenUsedUp: 'wait',
  required: false,
};
const finding: ReviewFinding = {
  severity: 'major',
  file: 'src/a.ts',
  line: 3,
  title: 'Nothing tests it',
  detail: 'add() is never called.',
  suggestion: '',
};

function attempt(number: number, outcome: AttemptRecord['outcome'], findings?: ReviewFinding[]) {
  const commit = `c${number}`;
  const about = {
    stage: 'quality',
    round: number,
    model: 'scripted/reviewer',
    commit,
    summary: 's',
  } as const;
  const review: ReviewRecord = { ...about, status: 'reviewed', findings: findings ?? [], error: null };
  const reviews = findings ? { reviews: [review] } : {};
  return { number, outcome, commit, bundle: `b${number}`, ...reviews } as unknown as AttemptRecord;
}

const sentBack = attempt(1, 'passed', [finding]);
const failed = attempt(2, 'checks-failed');

describe('a run that gives up after a review sent a passed attempt back', () => {
  it('L2: waits for a person with that attempt and what is open, although the review had rounds left', () => {
    expect(decideReviewFallback({ policies: { quality }, attempts: [sentBack, failed] })).toEqual({
      kind: 'wait',
      attempt: sentBack,
      reason:
        'Attempt 1 passed its checks and was sent back by review; attempt 2, made for that, did not pass. The quality review still has 1 finding: Nothing tests it.',
    });
  });

  it('L2: delivers it where the policy says so, and names the findings', () => {
    const policies = { quality: { ...quality, whenUsedUp: 'deliver' as const } };
    const fallback = decideReviewFallback({ policies, attempts: [sentBack, failed] });
    expect(fallback).toMatchObject({ kind: 'deliver', attempt: sentBack });
    expect(JSON.stringify(fallback)).toContain('has 1 finding: Nothing tests it');
  });

  it('L2: takes the last of those that passed', () => {
    const second = attempt(2, 'passed', [finding]);
    const attempts = [sentBack, second, attempt(3, 'agent-failed'), attempt(4, 'no-changes')];
    const fallback = decideReviewFallback({ policies: { quality }, attempts });
    expect(fallback?.attempt).toBe(second);
    expect(JSON.stringify(fallback)).toContain('the 2 attempts made after that did not pass');
  });

  it('L2: fails when no attempt passed, or when the commit of the one that did was not kept', () => {
    expect(decideReviewFallback({ policies: { quality }, attempts: [failed] })).toBeNull();
    expect(decideReviewFallback({ policies: undefined, attempts: [] })).toBeNull();
    const lost = { ...sentBack, bundle: undefined } as unknown as AttemptRecord;
    expect(decideReviewFallback({ policies: { quality }, attempts: [lost, failed] })).toBeNull();
  });
});
