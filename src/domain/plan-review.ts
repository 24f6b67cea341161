import { z } from 'zod';
import type { RunEvent } from './events.ts';
import { mostQuestions, type Plan, planHash, planSchema } from './plan.ts';
import type { RunSpec, WaitDetail } from './run.ts';
import type { WaitReason } from './run-state.ts';

export const longestFeedback = 20_000;
export const longestAnswer = 4_000;
export const mostAnswers = mostQuestions;

const answerSchema = z.object({ question: z.string(), answer: z.string() });
export type PlanAnswer = z.infer<typeof answerSchema>;

const decided = { by: z.string(), at: z.iso.datetime() };

/** What a person decided about one revision of a plan (P2, P3). Only `approved` lets it be carried out (X14). */
export const revisionOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('approved'), ...decided }),
  z.object({ kind: z.literal('sent-back'), feedback: z.string(), ...decided }),
  z.object({ kind: z.literal('answered'), answers: z.array(answerSchema), ...decided }),
]);
export type RevisionOutcome = z.infer<typeof revisionOutcomeSchema>;

/** One version of a run's plan. */
export const planRevisionSchema = z.object({
  /** Counts from 1. */
  revision: z.number().int().min(1),
  hash: z.string(),
  plan: planSchema,
  proposedAt: z.iso.datetime(),
  /** null: nothing, or not yet. */
  outcome: revisionOutcomeSchema.nullable(),
});
export type PlanRevision = z.infer<typeof planRevisionSchema>;

/** Every revision of a run's plan from its events, in order: a plan is never changed, only followed by another one. */
export function planRevisions(events: readonly RunEvent[]): PlanRevision[] {
  const revisions: PlanRevision[] = [];
  for (const event of events) {
    if (event.type === 'plan.proposed') {
      const { plan, hash, revision } = event.data;
      revisions.push({ revision, hash, plan, proposedAt: event.at.toISOString(), outcome: null });
      continue;
    }
    const last = revisions.at(-1);
    const outcome = last ? outcomeOf(event, last.hash) : null;
    if (outcome && last) revisions[revisions.length - 1] = { ...last, outcome };
  }
  return revisions;
}

/** null: the event decides nothing about the plan with this hash. */
function outcomeOf(event: RunEvent, hash: string): RevisionOutcome | null {
  const at = event.at.toISOString();
  switch (event.type) {
    case 'plan.approved':
      return event.data.hash === hash ? { kind: 'approved', by: event.data.by, at } : null;
    case 'plan.sent-back': {
      const { by, feedback } = event.data;
      return event.data.hash === hash ? { kind: 'sent-back', by, feedback, at } : null;
    }
    case 'plan.answered': {
      const { by, answers } = event.data;
      return event.data.hash === hash ? { kind: 'answered', by, answers, at } : null;
    }
    default:
      return null;
  }
}

export const defaultPlanPolicy = { waitForAnswers: 'ask', maxRevisions: 5 } as const;

/** A spec from before there were these choices has the defaults. */
export function planPolicyOf({ plan }: Pick<RunSpec, 'plan'>) {
  return {
    waitForAnswers: plan.waitForAnswers ?? defaultPlanPolicy.waitForAnswers,
    maxRevisions: plan.maxRevisions ?? defaultPlanPolicy.maxRevisions,
  };
}

/** How often the plan may still be revised. */
export function revisionsLeft(spec: Pick<RunSpec, 'plan'>, revisions: readonly PlanRevision[]): number {
  return Math.max(0, planPolicyOf(spec).maxRevisions - (revisions.at(-1)?.revision ?? 0));
}

export type Planning =
  /** The newest revision stands. */
  | { readonly kind: 'keep'; readonly plan: Plan }
  /** It was made, and its worker died before it could tell anybody. */
  | { readonly kind: 'tell'; readonly plan: Plan }
  /** There is none yet, or a person wants another one. */
  | { readonly kind: 'make' };

/** What stage plan has to do for a run that comes back to it, from what is stored: the last checkpoint and the revisions. */
export function decidePlanning(stored: Plan | null, revisions: readonly PlanRevision[]): Planning {
  const last = revisions.at(-1);
  if (last && (last.outcome === null || last.outcome.kind === 'approved'))
    return { kind: 'keep', plan: last.plan };
  const untold = stored !== null && !revisions.some(({ hash }) => hash === planHash(stored));
  return untold ? { kind: 'tell', plan: stored } : { kind: 'make' };
}

export interface PlanWait {
  readonly reason: Extract<WaitReason, 'approval' | 'input'>;
  readonly detail: WaitDetail;
}

/**
 * What a run waits for before it carries out the newest revision; null: nothing. A plan that a person sent back is always shown again
 * before it is carried out, and an answer is no approval (X14).
 */
export function decidePlanWait(
  spec: Pick<RunSpec, 'plan'>,
  revisions: readonly PlanRevision[],
): PlanWait | null {
  const last = revisions.at(-1);
  if (!last || last.outcome?.kind === 'approved') return null;
  const { hash, revision, plan } = last;
  const questions = planPolicyOf(spec).waitForAnswers === 'ask' ? plan.openQuestions : [];
  const named = { planHash: hash, commit: null, revision };
  if (questions.length > 0) {
    const count = questions.length === 1 ? 'an open question' : `${questions.length} open questions`;
    return { reason: 'input', detail: { ...named, questions, reason: `The plan has ${count}.` } };
  }
  const wasSentBack = revisions.some(({ outcome }) => outcome?.kind === 'sent-back');
  if (spec.plan.mode !== 'approve' && !wasSentBack) return null;
  const reason =
    revision === 1 ? 'The plan waits for approval.' : `Revision ${revision} of the plan waits for approval.`;
  return { reason: 'approval', detail: { ...named, reason } };
}
