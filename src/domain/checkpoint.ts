import { z } from 'zod';
import { attemptRecordSchema } from './attempt.ts';
import { planSchema } from './plan.ts';
import { stages } from './stage.ts';

/** A finished unit of work; a run resumes from its newest one. Commits are in the bundle artifact named here. */
export const checkpointSchema = z.object({
  stage: z.enum(stages),
  baseCommit: z.string(),
  plan: planSchema.nullable(),
  attempts: z.array(attemptRecordSchema),
  /** A commit whose work is not lost, kept in `bundle`; verified or not. */
  candidate: z.object({ commit: z.string(), bundle: z.string(), verified: z.boolean() }).nullable(),
  /** What an attempt that was interrupted had done; it is in the bundle, and the next attempt goes on from it. */
  unfinished: z.string().nullable().default(null),
});
export type Checkpoint = z.infer<typeof checkpointSchema>;
