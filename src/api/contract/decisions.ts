import { z } from 'zod';

const by = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Who decided, for the record; who asks, if absent.');

/** POST /api/v1/runs/:id/approve: names exactly what is approved, a plan's hash, the commit of an unverified change, or the attempt after which a person was asked. */
export const approveRequestSchema = z.union([
  z.strictObject({ planHash: z.string().min(1), by }),
  z.strictObject({ unverifiedCommit: z.string().min(7), by }),
  z.strictObject({
    attempt: z.int().min(1).describe('waitDetail.attempt: after which attempt the run may go on.'),
    answer: z
      .string()
      .max(4000)
      .optional()
      .describe('What the next attempt is told. Without, the same commit is verified again first.'),
    by,
  }),
]);
export type ApproveRequest = z.infer<typeof approveRequestSchema>;

/** POST /api/v1/runs/:id/cancel. */
export const cancelRequestSchema = z.object({ by, reason: z.string().min(1).max(1000) });
export type CancelRequest = z.infer<typeof cancelRequestSchema>;
