import { describe, expect, it } from 'vitest';
import type { PlanRevision, RevisionOutcome } from '../domain/plan-review.ts';
import type { WorkerContext } from './context.ts';
import { planningPrompts } from './planning-prompts.ts';

const plan: PlanRevision['plan'] = {
  summary: 'Convert lengths.',
  subtasks: [{ id: '1', title: 'Do', description: 'It.', dependsOn: [], acceptanceCriteria: ['done'] }],
  filesInScope: [],
  risks: [],
  openQuestions: ['Which unit?', 'How high?'],
  estimateMinutes: 5,
};
const at = '2026-11-21T12:00:00.000Z';
const revision = (number: number, outcome: RevisionOutcome): PlanRevision => ({
  revision: number,
  hash: `hash-${number}`,
  plan,
  proposedAt: at,
  outcome,
});

function prompts(revisions: readonly PlanRevision[], waitForAnswers?: 'ask' | 'ignore') {
  const spec = { ticket: { key: null, title: 'T', body: 'B' }, plan: { waitForAnswers } };
  const context: Pick<WorkerContext, 'assignment' | 'renderPrompt'> = {
    assignment: { spec } as WorkerContext['assignment'],
    renderPrompt: (name, values) => [name, ...Object.values(values)].join('\n'),
  };
  return planningPrompts(context, { repository: 'R', revisions });
}

describe('planningPrompts', () => {
  it('P2 M8: what was said before is a beginning of what is said next', () => {
    const first = revision(1, { kind: 'sent-back', by: 'ada', at, feedback: 'Smaller.' });
    const answers = [{ question: 'Which unit?', answer: 'Metres' }];
    const second = revision(2, { kind: 'answered', by: 'ada', at, answers });
    const [none, one, two] = [prompts([]), prompts([first]), prompts([first, second])];
    expect(one.messages.slice(0, 1)).toEqual(none.messages);
    expect(two.messages.slice(0, 3)).toEqual(one.messages);
    expect(two.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(two.system).toBe(none.system);
  });

  it('P3: an answer stands with its question, and what was left out is left to the planner', () => {
    const answers = [{ question: 'How high?', answer: 'approve' }];
    const { messages } = prompts([revision(1, { kind: 'answered', by: 'ada', at, answers })]);
    const told = (part: string) => ({ role: 'user', content: expect.stringContaining(part) });
    expect(messages.at(-1)).toEqual(told('Question: Which unit?\nAnswer: (left to you'));
    expect(messages.at(-1)).toEqual(told('Question: How high?\nAnswer: approve'));
  });

  it('P3: the planner knows whether anybody answers', () => {
    expect(prompts([]).system).toContain('stops the work until a person has answered');
    expect(prompts([], 'ignore').system).toContain('Nobody can answer now');
  });
});
