import { z } from 'zod';
import { modelRefSchema } from '../../domain/model-ref.ts';
import { priorities, runSpecSchema, ticketSchema } from '../../domain/run.ts';
import { idempotencyKeySchema } from './runs.ts';

export const ticketRoutes = { tickets: '/api/v1/tickets' } as const;

/**
 * POST /api/v1/tickets: what `POST /api/v1/runs` takes, without the parts that the settings of the server say. An answer as there.
 */
export const submitTicketRequestSchema = z.strictObject({
  repository: runSpecSchema.shape.repository.describe(
    'Absolute path on the server, or a URL git understands.',
  ),
  title: ticketSchema.shape.title.describe('What should be different afterwards, in a line.'),
  body: ticketSchema.shape.body.default('').describe('The rest of the ticket, as Markdown.'),
  key: ticketSchema.shape.key.default(null).describe('The key of the ticket in its tracker.'),
  base: z.string().min(1).max(1000).optional().describe('Branch, tag or commit; HEAD if absent.'),
  agent: z.string().min(1).max(1000).optional(),
  model: modelRefSchema.optional(),
  priority: z.enum(priorities).optional(),
  plan: z
    .enum(['off', 'auto', 'approve'])
    .optional()
    .describe('`approve`: waits for a person after planning.'),
  idempotencyKey: idempotencyKeySchema.optional(),
  /** Who asks, for the record. */
  by: z.string().min(1).max(200).optional(),
});
export type SubmitTicketRequest = z.input<typeof submitTicketRequestSchema>;
export type SubmittedTicket = z.output<typeof submitTicketRequestSchema>;
