import { z } from 'zod';
import { instant } from './instant.ts';
import { longestEventWaitMs, mostEventsPerPage } from './routes.ts';

/** GET /api/v1/runs/:id/events: those after `after`; with `waitMs` the answer waits for the first new one. */
export const eventsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(mostEventsPerPage).default(mostEventsPerPage),
  waitMs: z.coerce.number().int().min(0).max(longestEventWaitMs).default(0),
});
/** GET /api/v1/runs/:id/stream. */
export const streamQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('Events after this number; Last-Event-ID wins.'),
  type: z
    .string()
    .transform((text) => text.split(','))
    .optional()
    .describe('Only these kinds, separated by commas.'),
});
export type EventsQuery = z.output<typeof eventsQuerySchema>;
export const eventViewSchema = z.object({
  runId: z.string(),
  seq: z.number().int().min(1),
  at: instant,
  /** A kind this version may not know. */
  type: z.string(),
  data: z.unknown(),
});
export type EventView = z.infer<typeof eventViewSchema>;
/** `ended`: the run has ended, or waits for a person, and nothing follows these events until somebody decides. */
export const eventsResponseSchema = z.object({ events: z.array(eventViewSchema), ended: z.boolean() });
export type EventsResponse = z.infer<typeof eventsResponseSchema>;
