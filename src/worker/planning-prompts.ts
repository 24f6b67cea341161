import { z } from 'zod';
import { planSchema } from '../domain/plan.ts';
import { type PlanAnswer, type PlanRevision, planPolicyOf } from '../domain/plan-review.ts';
import type { ModelMessage } from '../model/call-model.ts';
import type { WorkerContext } from './context.ts';

const whoAnswers = {
  ask: 'A question stops the work until a person has answered it, so a needless one is worse than none.',
  ignore:
    'Nobody can answer now: decide every question yourself by the most sensible reading, and list what you decided, and why, under risks.',
} as const;

/**
 * What the planner is told: the ticket, then every plan it made with what a person said of it. Only the end grows from revision to
 * revision, so that the provider's prompt cache serves the rest (M8).
 */
export function planningPrompts(
  context: Pick<WorkerContext, 'assignment' | 'renderPrompt'>,
  { repository, revisions }: { readonly repository: string; readonly revisions: readonly PlanRevision[] },
): { system: string; messages: ModelMessage[] } {
  const { spec } = context.assignment;
  const { title, body } = spec.ticket;
  const system = context.renderPrompt('plan-system', {
    schema: JSON.stringify(z.toJSONSchema(planSchema)),
    questions: whoAnswers[planPolicyOf(spec).waitForAnswers],
  });
  const question = context.renderPrompt('plan-user', { repository, title, body });
  const said = revisions.flatMap((revision) => exchange(context, revision));
  return { system, messages: [{ role: 'user', content: question }, ...said] };
}

function exchange(
  { renderPrompt }: Pick<WorkerContext, 'renderPrompt'>,
  { plan, outcome }: PlanRevision,
): ModelMessage[] {
  const made = { role: 'assistant', content: JSON.stringify(plan) } as const;
  switch (outcome?.kind) {
    case 'sent-back': {
      const { feedback } = outcome;
      return [made, { role: 'user', content: renderPrompt('plan-feedback', { feedback }) }];
    }
    case 'answered': {
      const answers = describeAnswers(plan.openQuestions, outcome.answers);
      return [made, { role: 'user', content: renderPrompt('plan-answers', { answers }) }];
    }
    default:
      return [];
  }
}

function describeAnswers(questions: readonly string[], answers: readonly PlanAnswer[]): string {
  return questions
    .map((question) => {
      const given = answers.filter((answer) => answer.question === question).map(({ answer }) => answer);
      return `Question: ${question}\nAnswer: ${given.length > 0 ? given.join('\n') : '(left to you: take the most sensible reading)'}`;
    })
    .join('\n\n');
}
