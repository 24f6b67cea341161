import { z } from 'zod';
import { attemptRecordSchema } from '../../domain/attempt.ts';
import { planSchema } from '../../domain/plan.ts';
import { runStates } from '../../domain/run-state.ts';
import { stages } from '../../domain/stage.ts';
import { instant } from './instant.ts';
import { receiptBriefSchema } from './receipts.ts';
import { reviewViewSchema } from './reviews.ts';
import { rollbackViewSchema } from './rollback.ts';
import { runViewSchema } from './run-view.ts';

/** GET /api/v1/runs/:id. */
export const runDetailsSchema = z.object({
  run: runViewSchema,
  plan: z
    .object({
      plan: planSchema,
      hash: z.string(),
      revision: z.number().int(),
      approvedBy: z.string().nullable(),
    })
    .nullable(),
  attempts: z.array(attemptRecordSchema),
  /** Where the run would resume: the newest checkpoint. */
  checkpoint: z
    .object({
      stage: z.enum(stages),
      baseCommit: z.string(),
      candidate: z.object({ commit: z.string(), verified: z.boolean() }).nullable(),
    })
    .nullable(),
  /** The run this one repeats, and those that repeat it, the oldest first. */
  retryOf: z.string().nullable().default(null),
  retries: z.array(z.string()).default([]),
  /** Refs under which unfinished work was kept. */
  snapshots: z.array(z.string()),
  /** null: nothing was delivered, or it was not undone. */
  rollback: rollbackViewSchema.nullable(),
  /** The newest review of each stage; empty: nobody was asked. */
  reviews: z.array(reviewViewSchema).default([]),
  /** What was signed of the delivered commit; null: nothing was. */
  receipt: receiptBriefSchema.nullable().default(null),
  /** What it waits for now, and until when (S2); the nearest first. Empty for an ended run. */
  waits: z.array(z.object({ what: z.string(), until: instant, leftMs: z.number(), otherwise: z.string() })),
  /** How far it is; 1 only for a run that succeeded, and never less than before while it goes on. null: from a server that does not tell. */
  progress: z
    .object({
      fraction: z.number().min(0).max(1),
      /** null: it does not work now. */
      leftMs: z.number().nullable(),
      /** Earlier runs of the repository that the estimate rests on; 0: what is usual anywhere. */
      earlierRuns: z.number().int(),
    })
    .nullable()
    .default(null),
  /** What its worker said last, and how long ago; null: nothing, or nobody owns it. */
  activity: z.object({ text: z.string(), at: instant, ageMs: z.number() }).nullable(),
});
export type RunDetails = z.infer<typeof runDetailsSchema>;

/** GET /api/v1/runs/:id/diff: base commit to delivered commit (or to the best attempt kept so far). */
export const diffResponseSchema = z.object({
  /** What is compared; from a server that does not tell: absent. */
  baseCommit: z.string().optional(),
  commit: z.string().optional(),
  diff: z.string(),
  truncated: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      /** null for binary files. */
      added: z.number().int().nullable(),
      deleted: z.number().int().nullable(),
    }),
  ),
});
export type DiffResponse = z.infer<typeof diffResponseSchema>;

/** GET /api/v1/runs/:id/why: `Explanation` of the domain. */
export const whyResponseSchema = z.object({
  state: z.enum(runStates),
  class: z.string(),
  headline: z.string(),
  evidence: z.array(z.string()),
  tried: z.array(z.string()),
  saved: z.array(z.string()),
  next: z.array(z.string()),
});
export type WhyResponse = z.infer<typeof whyResponseSchema>;
