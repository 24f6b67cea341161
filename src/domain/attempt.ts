import { z } from 'zod';
import { attemptChangeSchema } from './attempt-change.ts';
import { errorDataSchema } from './errors/runyard-error.ts';
import { modelRefSchema } from './model-ref.ts';
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
  /** What it changed since the attempt before it; null where that cannot be told, absent in records of before. */
  change: attemptChangeSchema.nullable().optional(),
});
export type AttemptRecord = z.infer<typeof attemptRecordSchema>;
