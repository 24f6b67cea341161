import { z } from 'zod';
import { reviewRecordSchema } from '../../domain/review.ts';

/** The newest review of a stage, and what it led to. */
export const reviewViewSchema = reviewRecordSchema.extend({
  attempt: z.number().int().min(1),
  /** Findings that send the work back, by the policy of the run. */
  blocking: z.number().int().min(0),
});
