import { z } from 'zod';
import { instant } from './instant.ts';
import { runViewSchema } from './run-view.ts';
import { idempotencyKeySchema } from './runs.ts';

const by = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Who decided, for the record; who asks, if absent.');

/** POST /api/v1/runs/:id/retry: 201 when a run was made, 200 when the key had made one of this run before. */
export const retryRequestSchema = z.strictObject({ by, idempotencyKey: idempotencyKeySchema.optional() });
export type RetryRequest = z.infer<typeof retryRequestSchema>;
/** `run` is the new one, `retryOf` the id of the one it repeats. */
export const retryResponseSchema = z.object({ run: runViewSchema, retryOf: z.string() });
export type RetryResponse = z.infer<typeof retryResponseSchema>;

/** POST /api/v1/runs/:id/seen: it does not stand among those that need somebody any more. */
export const seenRequestSchema = z.strictObject({ by });
export type SeenRequest = z.infer<typeof seenRequestSchema>;
export const seenResponseSchema = z.object({ run: z.string(), by: z.string(), at: instant });
export type SeenResponse = z.infer<typeof seenResponseSchema>;
