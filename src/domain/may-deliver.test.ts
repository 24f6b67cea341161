import { describe, expect, it } from 'vitest';
import { missingAcceptance } from './may-deliver.ts';
import type { ReviewPolicy, ReviewRecord } from './review.ts';
import type { Verdict } from './verdict.ts';

const policy: ReviewPolicy = {
  model: null,
  blockOn: 'major',
  maxRounds: 1,
  whenUsedUp: 'wait',
  required: true,
};
const agreed: ReviewRecord = {
  ...{ stage: 'quality', round: 1, model: 'a/b', commit: 'c', status: 'reviewed', summary: '' },
  findings: [],
  error: null,
};
const finding = {
  severity: 'major',
  file: null,
  line: null,
  title: 't',
  detail: 'd',
  suggestion: '',
} as const;
const verdict = (more: object = {}) => ({ status: 'passed', guards: [], ...more }) as unknown as Verdict;

function missing(
  reviews: ReviewRecord[],
  more: { verdict?: Verdict; policy?: ReviewPolicy; isAccepted?: boolean } = {},
) {
  return missingAcceptance({
    attempt: { commit: 'c', verdict: more.verdict ?? verdict(), reviews },
    policies: { quality: more.policy ?? policy },
    allowUnverified: false,
    isAccepted: more.isAccepted ?? false,
  });
}

describe('X13, L2: what the delivery asks for itself', () => {
  it('delivers what passed and was reviewed', () => {
    expect(missing([agreed])).toBeNull();
  });

  it.each([
    ['a required review that is not there', missing([])],
    ['a required review of another commit', missing([{ ...agreed, commit: 'x' }])],
    ['a required review that could not be had', missing([{ ...agreed, status: 'unavailable' }])],
    ['findings that wait for a person', missing([{ ...agreed, findings: [finding] }])],
    [
      'a guard that asks',
      missing([agreed], { verdict: verdict({ guards: [{ action: 'ask', guard: 'ci-files' }] }) }),
    ],
    ['no verification', missing([agreed], { verdict: verdict({ status: 'unverifiable' }) })],
  ])('does not deliver: %s', (_what, said) => {
    expect(said).toEqual(expect.any(String));
  });

  it('delivers what a person accepted, and findings that the policy delivers', () => {
    expect(missing([], { isAccepted: true })).toBeNull();
    const used = { ...policy, whenUsedUp: 'deliver' } as const;
    expect(missing([{ ...agreed, findings: [finding] }], { policy: used })).toBeNull();
  });
});
