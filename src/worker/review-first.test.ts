import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from '../domain/attempt.ts';
import type { ReviewPolicies, ReviewRecord } from '../domain/review.ts';
import type { Progress, WorkerContext } from './context.ts';
import { reviewFirst } from './review-first.ts';

const policy = { model: 'a/b', blockOn: 'major', maxRounds: 0, whenUsedUp: 'wait' } as const;
const unavailable: ReviewRecord = {
  stage: 'security',
  round: 1,
  model: 'a/b',
  commit: 'c',
  status: 'unavailable',
  summary: '',
  findings: [],
  error: null,
};

/** No review is made: all that are wanted are there, or none is. */
function decide(reviews: ReviewPolicies, attempt: Partial<AttemptRecord>) {
  const last = {
    number: 1,
    commit: 'c',
    outcome: 'unverifiable',
    verdict: null,
    ...attempt,
  } as AttemptRecord;
  const assignment = { spec: { reviews, checks: { allowUnverified: false } }, approvedHash: null };
  return reviewFirst(
    { assignment } as unknown as WorkerContext,
    { attempts: [last] } as unknown as Progress,
    last,
  );
}

describe('L2: a change that could not be verified', () => {
  it('waits with what a required review says, not only for its missing checks', async () => {
    const reviews = { security: { ...policy, required: true } };
    expect(await decide(reviews, { reviews: [unavailable] })).toMatchObject({
      kind: 'settle',
      request: {
        outcome: 'waiting',
        detail: {
          commit: 'c',
          verified: false,
          reason: expect.stringMatching(/could not be verified.*security review is required/),
        },
      },
    });
  });

  it('is not reviewed before a person is asked where no review is required', async () => {
    expect(await decide({ quality: { ...policy, required: false } }, {})).toEqual({ kind: 'deliver' });
  });

  it('X13: names everything that guards ask, or how much more there is', async () => {
    const finding = { guard: 'ci-files', action: 'ask', file: null, line: null, evidence: '', hint: '' };
    const guards = Array.from({ length: 12 }, (_, index) => ({
      ...finding,
      message: `m${index}`,
      fingerprint: '',
    }));
    const verdict = { guards, warnings: [] } as unknown as AttemptRecord['verdict'];
    const reviews = { security: { ...policy, required: true } };
    const reviewed = await decide(reviews, { reviews: [unavailable], verdict });
    const asks =
      reviewed.kind === 'settle' && 'detail' in reviewed.request ? reviewed.request.detail.asks : [];
    expect(asks?.[0]).toBe('ci-files: m0');
    expect(asks?.at(-1)).toMatch(/^And 2 more/);
  });
});
