import { describe, expect, it } from 'vitest';
import {
  decideAfterReview,
  findingsText,
  newestReviews,
  type ReviewedAttempt,
  type ReviewFinding,
  type ReviewPolicy,
  type ReviewRecord,
  type ReviewStage,
} from './review.ts';

const policy: ReviewPolicy = {
  model: 'scripted/reviewer',
  blockOn: 'major',
  maxRounds: 2,
  whenUsedUp: 'wait',
  required: false,
};
const both = { quality: policy, security: policy };

function finding(severity: ReviewFinding['severity'], title = 'A fault'): ReviewFinding {
  return {
    severity,
    file: 'src/a.ts',
    line: 3,
    title,
    detail: 'It goes wrong with 0.',
    suggestion: 'Test for 0.',
  };
}

function record(stage: ReviewStage, commit: string, findings: ReviewFinding[] = []): ReviewRecord {
  const about = { stage, round: 1, model: 'scripted/reviewer', commit, summary: 'Looked at it.' };
  return { ...about, status: 'reviewed', findings, error: null };
}

function attempt(number: number, ...reviews: ReviewRecord[]): ReviewedAttempt {
  return { number, commit: `c${number}`, reviews };
}

function decide(attempts: ReviewedAttempt[], policies: object = both, acceptedCommit: string | null = null) {
  return decideAfterReview({ policies, attempts, acceptedCommit });
}

const blocked = (number: number, stage: ReviewStage = 'quality') =>
  attempt(number, record(stage, `c${number}`, [finding('major')]));

describe('what follows a review', () => {
  it('L1: every configured stage reviews the commit, in order, and none that is not configured', () => {
    expect(decide([attempt(1)], {})).toEqual({ kind: 'deliver', remarks: [] });
    expect(decide([attempt(1)])).toMatchObject({ kind: 'review', stage: 'quality', round: 1 });
    const once = attempt(1, record('quality', 'c1'));
    expect(decide([once])).toMatchObject({ kind: 'review', stage: 'security' });
    expect(decide([once], { quality: policy })).toEqual({ kind: 'deliver', remarks: [] });
  });

  it('L2: a review of another commit says nothing of this one', () => {
    const stale = { ...attempt(2), reviews: [record('quality', 'c1')] };
    expect(decide([attempt(1), stale], { quality: policy })).toMatchObject({ kind: 'review', round: 2 });
  });

  it('L2: what blocks is sent back once all have looked, with what each wants', () => {
    const first = attempt(1, record('quality', 'c1', [finding('blocker')]));
    expect(decide([first])).toMatchObject({ kind: 'review', stage: 'security' });
    const second = attempt(
      1,
      record('quality', 'c1', [finding('blocker')]),
      record('security', 'c1', [finding('major'), finding('minor')]),
    );
    expect(decide([second])).toEqual({
      kind: 'send-back',
      reason: 'sent back by review: quality (1 finding), security (1 finding)',
    });
  });

  it.each([
    ['major', ['minor', 'note'], 'deliver'],
    ['minor', ['minor'], 'send-back'],
    ['blocker', ['major'], 'deliver'],
    ['blocker', ['blocker'], 'send-back'],
  ] as const)('L2: when %s blocks, findings %j lead to: %s', (blockOn, severities, kind) => {
    const found = attempt(
      1,
      record(
        'quality',
        'c1',
        severities.map((severity) => finding(severity)),
      ),
    );
    expect(decide([found], { quality: { ...policy, blockOn } }).kind).toBe(kind);
  });

  it('L2: rounds are bounded; then a person decides, or it is delivered with the findings named', () => {
    const only = { quality: policy };
    expect(decide([blocked(1), blocked(2)], only).kind).toBe('send-back');
    const used = decide([blocked(1), blocked(2), blocked(3)], only);
    expect(used).toEqual({
      kind: 'wait',
      reason: 'The quality review still has 1 finding: A fault.',
    });
    const delivers = { quality: { ...policy, whenUsedUp: 'deliver' as const } };
    expect(decide([blocked(1), blocked(2), blocked(3)], delivers)).toEqual({
      kind: 'deliver',
      remarks: ['Delivered although the quality review has 1 finding: A fault.'],
    });
    expect(decide([blocked(1)], { quality: { ...policy, maxRounds: 0 } }).kind).toBe('wait');
  });

  it('L2: attempts that failed their checks in between use up no round', () => {
    const failed = { number: 2, commit: 'c2' };
    expect(decide([blocked(1), failed, blocked(3)], { quality: policy }).kind).toBe('send-back');
  });

  it('L2: what a person accepted is delivered, and nothing else because of that', () => {
    const used = [blocked(1), blocked(2), blocked(3)];
    expect(decide(used, { quality: policy }, 'c3')).toEqual({ kind: 'deliver', remarks: [] });
    expect(decide(used, { quality: policy }, 'c1').kind).toBe('wait');
  });

  it('L1: a review that could not be had holds the change up only where it is required, and is said', () => {
    const error = {
      code: 'x',
      kind: 'permanent' as const,
      what: 'It failed.',
      why: 'So.',
      next: '',
      fields: {},
      causes: [],
    };
    const missing = attempt(1, { ...record('quality', 'c1'), status: 'unavailable', error });
    expect(decide([missing], { quality: policy })).toEqual({
      kind: 'deliver',
      remarks: ['Delivered without a quality review: It failed. So.'],
    });
    expect(decide([missing], { quality: { ...policy, required: true } })).toEqual({
      kind: 'wait',
      reason: 'The quality review is required and could not be had: It failed. So.',
    });
  });
});

describe('what is told of reviews', () => {
  it('S9: one per stage, the newest, however many rounds there were', () => {
    const rounds = [blocked(1), attempt(2, record('quality', 'c2')), blocked(3, 'security')];
    expect(newestReviews(rounds).map(({ stage, attempt: of }) => [stage, of])).toEqual([
      ['quality', 2],
      ['security', 3],
    ]);
  });

  it('L2: the author gets what blocks with its place, and no remark that does not', () => {
    const found = attempt(1, record('quality', 'c1', [finding('major', 'Zero'), finding('note', 'Style')]));
    const text = findingsText(found, { quality: policy });
    expect(text).toContain('[quality, major] src/a.ts:3: Zero');
    expect(text).not.toContain('Style');
    expect(findingsText(found, {})).toBe('');
    expect(findingsText(undefined, both)).toBe('');
  });
});
