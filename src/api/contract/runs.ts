import { z } from 'zod';
import { runSpecSchema } from '../../domain/run.ts';
import { type RunState, runStates } from '../../domain/run-state.ts';
import { instant } from './instant.ts';
import { mostRunsPerPage } from './routes.ts';
import { runViewSchema } from './run-view.ts';

export const idempotencyKeySchema = z.string().min(1).max(200);

/**
 * POST /api/v1/runs: 201 when a run was made, 200 when the idempotency key already had one of the same spec, 422
 * (`api.idempotency-key-reused`) when it had one of another spec.
 */
export const createRunRequestSchema = z.object({
  spec: runSpecSchema,
  idempotencyKey: idempotencyKeySchema.optional(),
  /** Who asks, for the record. */
  by: z.string().min(1).max(200).optional(),
});
export type CreateRunRequest = z.infer<typeof createRunRequestSchema>;
export const runResponseSchema = z.object({ run: runViewSchema });
export type RunResponse = z.infer<typeof runResponseSchema>;

const filterText = z.string().min(1).max(1000);
/** GET /api/v1/runs: newest first. */
export const listRunsQuerySchema = z.strictObject({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(runStates)))
    .optional()
    .describe(`States, separated by commas: ${runStates.join(', ')}.`),
  repository: filterText.optional().describe('Exactly as the run names it: a path or URL.'),
  ticket: filterText.optional().describe('The key of the ticket.'),
  agent: filterText.optional().describe('The agent of the first rung of the ladder.'),
  error: filterText
    .optional()
    .describe('The code of the error the run ended with, such as run.ladder-exhausted.'),
  since: instant.optional().describe('Accepted at that time or later.'),
  until: instant.optional().describe('Accepted before that time.'),
  text: filterText
    .optional()
    .describe('Words of the ticket, all of them; the last one may be unfinished. Or the start of a run id.'),
  limit: z.coerce.number().int().min(1).max(mostRunsPerPage).default(50).describe('Runs of a page.'),
  before: z.string().optional().describe('Only runs after this one in the list: `next` of the page before.'),
});
export const listRunsResponseSchema = z.object({
  runs: z.array(runViewSchema),
  /** `before` of the next page; null: this is the last one. */
  next: z.string().nullable(),
});
/** What a client asks with. */
export type ListRunsQuery = Partial<Omit<z.input<typeof listRunsQuerySchema>, 'state' | 'limit'>> & {
  readonly states?: readonly RunState[];
  readonly limit?: number;
};
export type ListRunsResponse = z.infer<typeof listRunsResponseSchema>;
