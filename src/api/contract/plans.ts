import { z } from 'zod';
import { longestQuestion, planSchema } from '../../domain/plan.ts';
import {
  longestAnswer,
  longestFeedback,
  mostAnswers,
  revisionOutcomeSchema,
} from '../../domain/plan-review.ts';
import { instant } from './instant.ts';
import { runViewSchema } from './run-view.ts';

const by = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .optional()
  .describe('Who decides, for the record; who asks, if absent.');
const planHash = z.string().min(1).max(64).describe('The hash of the plan that waits.');

/** POST /api/v1/runs/:id/send-back: whatever the feedback says, it never approves. */
export const sendBackRequestSchema = z.strictObject({
  planHash,
  feedback: z.string().trim().min(1).max(longestFeedback),
  by,
});
export type SendBackRequest = z.infer<typeof sendBackRequestSchema>;

/** POST /api/v1/runs/:id/answer: to questions of the plan that waits, in its own words. What is left out the planner decides. */
export const answerRequestSchema = z.strictObject({
  planHash,
  answers: z
    .array(
      z.strictObject({
        question: z.string().trim().min(1).max(longestQuestion),
        answer: z.string().trim().min(1).max(longestAnswer),
      }),
    )
    .min(1)
    .max(mostAnswers),
  by,
});
export type AnswerRequest = z.infer<typeof answerRequestSchema>;

/** One version of a run's plan. */
export const planRevisionViewSchema = z
  .object({
    /** Counts from 1. */
    revision: z.number().int(),
    hash: z.string(),
    plan: planSchema,
    proposedAt: instant,
    /** What a person said of the revision before, which led to this one; null: the first. */
    because: revisionOutcomeSchema.nullable(),
    /** What a person decided about this one; null: nothing, or not yet. */
    outcome: revisionOutcomeSchema.nullable(),
  })
  .meta({ id: 'PlanRevision' });
export type PlanRevisionView = z.infer<typeof planRevisionViewSchema>;

/** GET /api/v1/runs/:id/plans: every revision, the first one first. */
export const plansResponseSchema = z.object({
  run: runViewSchema,
  revisions: z.array(planRevisionViewSchema),
  /** The plan that a person has to decide about now. */
  waiting: z
    .object({
      hash: z.string(),
      reason: z.enum(['approval', 'input']),
      /** Open questions nobody has answered; empty when only an approval is missing. */
      questions: z.array(z.string()),
      until: instant,
      /** How many more revisions may be asked for. At 0 it can be approved or cancelled, nothing else. */
      revisionsLeft: z.number().int().min(0),
    })
    .nullable(),
});
export type PlansResponse = z.infer<typeof plansResponseSchema>;
