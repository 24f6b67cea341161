import { z } from 'zod';
import { attemptChangeSchema } from './attempt-change.ts';
import { errorDataSchema } from './errors/runyard-error.ts';
import { modelRefSchema } from './model-ref.ts';
import { reviewRecordSchema } from './review.ts';
import { usageSchema } from './usage.ts';
import { verdictSchema } from './verdict.ts';

/** One rung of the ladder: which agent, which model, how often. `model` is null for agents that bring their own. */
export const rungSchema = z.object({
  agent: z.string().min(1),
  model: modelRefSchema.nullable(),
  attempts: z.number().int().min(1).max(10),
});
export type Rung = z.infer<typeof rungSchema>;

export const attemptOutcomes = [
  'passed',
  'checks-failed',
  'agent-failed',
  'no-changes',
  'unverifiable',
] as const;

/** Where the work tree of an attempt started, when that was not the base commit. */
export const startedFromSchema = z.object({
  /** The attempt whose commit it is. */
  attempt: z.number().int().min(1),
  commit: z.string(),
  /** A later attempt had made things worse, and its work was put aside. */
  rolledBack: z.boolean(),
  because: z.string(),
});
export type StartedFrom = z.infer<typeof startedFromSchema>;

/** What the repository's own tool mended in the commit of an attempt, without a model. */
export const autofixSchema = z.object({
  check: z.string(),
  command: z.array(z.string()),
  files: z.array(z.string()),
});
export type Autofix = z.infer<typeof autofixSchema>;

/** One finished attempt, as stored in checkpoints and shown to the next attempt. */
export const attemptRecordSchema = z.object({
  number: z.number().int().min(1),
  rung: z.number().int().min(0),
  agent: z.string(),
  model: z.string().nullable(),
  outcome: z.enum(attemptOutcomes),
  /** The commit the attempt produced; null when it changed nothing. */
  commit: z.string().nullable(),
  verdict: verdictSchema.nullable(),
  error: errorDataSchema.nullable(),
  /** What the agent said it did, bounded. */
  summary: z.string(),
  reportedUsage: usageSchema.nullable(),
  durationMs: z.number().nonnegative(),
  /** What reviewers found in `commit`, one per stage; absent: nobody was asked. */
  reviews: z.array(reviewRecordSchema).optional(),
  /** The tree object of `commit`. */
  tree: z.string().optional(),
  /** The artifact that holds `commit`. */
  bundle: z.string().optional(),
  /** Absent or null: the base commit. */
  startedFrom: startedFromSchema.nullable().optional(),
  /** What differs from the base commit, bounded. */
  files: z
    .array(z.object({ path: z.string(), status: z.string(), added: z.number(), deleted: z.number() }))
    .optional(),
  /** How often its commit was verified again because the failure could have passed by itself. */
  verifiedAgain: z.number().int().optional(),
  autofixes: z.array(autofixSchema).optional(),
  /** A person was asked after it and said to go on; what was said. */
  answer: z.string().optional(),
  /** What it changed since the attempt before it; null where that cannot be told, absent in records of before. */
  change: attemptChangeSchema.nullable().optional(),
});
export type AttemptRecord = z.infer<typeof attemptRecordSchema>;
