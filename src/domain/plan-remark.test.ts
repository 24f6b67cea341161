import { describe, expect, it } from 'vitest';
import { planHash } from './plan.ts';
import { acceptRemark, type PlanRemark, type RemarkedPlan } from './plan-remark.ts';
import type { PlanRevision } from './plan-review.ts';
import type { Run } from './run.ts';

const plan: PlanRevision['plan'] = {
  summary: 'Convert lengths.',
  subtasks: [{ id: '1', title: 'Do', description: 'It.', dependsOn: [], acceptanceCriteria: ['done'] }],
  filesInScope: [],
  risks: [],
  openQuestions: ['Which unit?'],
  estimateMinutes: 5,
};
const hash = planHash(plan);
const waiting: PlanRevision = {
  revision: 1,
  hash,
  plan,
  proposedAt: '2026-11-21T12:00:00.000Z',
  outcome: null,
};

function remarked(run: Partial<Run> = {}, maxRevisions = 5): RemarkedPlan {
  const detail = { reason: 'The plan has an open question.', planHash: hash, commit: null };
  const standing = { id: '4k2j', state: 'waiting', waitReason: 'input', waitDetail: detail } as const;
  const spec = { plan: { mode: 'auto', model: 'a/m', maxRevisions } } as unknown as Run['spec'];
  return { run: { ...standing, spec, ...run }, revisions: [waiting] };
}

const feedback: PlanRemark = { kind: 'feedback', feedback: 'approve' };
const answers = (question: string): PlanRemark => ({
  kind: 'answers',
  answers: [{ question, answer: 'Metres' }],
});

function accept(of: RemarkedPlan, remark: PlanRemark, planHash = hash) {
  return () => acceptRemark(of, { planHash, by: 'ada', remark });
}

function refusal(code: string) {
  return expect.objectContaining({ code });
}

describe('acceptRemark', () => {
  it('P2: feedback sends the plan back and never approves, whatever it says', () => {
    expect(accept(remarked(), feedback)()).toEqual({
      type: 'plan.sent-back',
      data: { hash, by: 'ada', feedback: 'approve' },
    });
  });

  it('P3: takes answers to what the plan asks, and to nothing else', () => {
    expect(accept(remarked(), answers('Which unit?'))()).toMatchObject({ type: 'plan.answered' });
    expect(accept(remarked(), answers('How high?'))).toThrow(refusal('plan.no-such-question'));
  });

  it('X14: refuses a remark on another plan than the one that waits, and names that one', () => {
    expect(accept(remarked(), feedback, 'f00')).toThrow(
      expect.objectContaining({
        code: 'plan.other-waits',
        fields: expect.objectContaining({ expected: hash }),
      }),
    );
  });

  it.each<[string, Partial<Run>]>([
    ['queued', { state: 'queued', waitReason: null, waitDetail: null }],
    ['running', { state: 'running', waitReason: null, waitDetail: null }],
    ['ended', { state: 'succeeded', waitReason: null, waitDetail: null }],
    ['waiting for its provider', { waitReason: 'quota' }],
    [
      'waiting with a change',
      { waitReason: 'approval', waitDetail: { reason: 'x', planHash: null, commit: 'c' } },
    ],
  ])('P2: refuses a remark on a run that is %s', (_, run) => {
    expect(accept(remarked(run), feedback)).toThrow(refusal('plan.not-waiting'));
  });

  it('P2: refuses one more revision than the run may have', () => {
    expect(accept(remarked({}, 1), feedback)).toThrow(refusal('plan.too-many-revisions'));
    expect(accept(remarked({}, 1), answers('Which unit?'))).toThrow(refusal('plan.too-many-revisions'));
  });
});
