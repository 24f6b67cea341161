import { z } from 'zod';
import { instant } from './instant.ts';

/** How a delivery was undone: `Rollback` of the domain. */
export const rollbackViewSchema = z.object({
  mode: z.enum(['revert', 'reset']),
  /** The branch that has the state without the change, and its commit at that time. */
  branch: z.string(),
  commit: z.string(),
  by: z.string(),
  at: instant,
  /** It was found undone at that time, by whomever. */
  found: z.boolean(),
});
export type RollbackView = z.infer<typeof rollbackViewSchema>;

const by = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .describe('Who decided, for the record; who asks, if absent.');

/** POST /api/v1/runs/:id/rollback: undoes what the run delivered, on its branch. */
export const rollbackRequestSchema = z.object({ mode: z.enum(['revert', 'reset']), by });
export type RollbackRequest = z.infer<typeof rollbackRequestSchema>;
/** `changed` false: it had been undone before, the rest says how, and nothing was done now. */
export const rollbackResponseSchema = rollbackViewSchema.extend({ changed: z.boolean() });
export type RollbackResponse = z.infer<typeof rollbackResponseSchema>;
