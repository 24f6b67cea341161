import { z } from 'zod';
import {
  idempotencyHeader,
  idempotencyKeySchema,
  runResponseSchema,
  submitTicketRequestSchema,
  ticketRoutes,
} from '../contract.ts';
import { defineOperation } from './operation.ts';
import { createRun } from './runs.ts';

export const submitTicket = defineOperation({
  id: 'submitTicket',
  method: 'POST',
  path: ticketRoutes.tickets,
  tag: 'runs',
  access: 'operator',
  summary: 'Accept a run of a ticket, with the settings of this server',
  description:
    'For clients that do not know agents, models and limits. The ladder, the checks and every limit are those of the server; the answer shows them.',
  body: submitTicketRequestSchema,
  headers: z.object({ [idempotencyHeader]: idempotencyKeySchema.optional() }),
  answers: {
    200: {
      description: 'The key has a run of the same ticket already: that one.',
      schema: runResponseSchema,
    },
    201: { description: 'The new run.', schema: runResponseSchema },
  },
  ...(createRun.refusals ? { refusals: createRun.refusals } : {}),
});
