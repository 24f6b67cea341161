import { z } from 'zod';
import {
  apiRoutes,
  eventsQuerySchema,
  eventsResponseSchema,
  streamQuerySchema,
  systemEventsQuerySchema,
  systemEventsResponseSchema,
} from '../contract.ts';
import { defineOperation, noRun, runIdParams } from './operation.ts';

export const listEvents = defineOperation({
  id: 'listEvents',
  method: 'GET',
  path: apiRoutes.events,
  tag: 'runs',
  access: 'viewer',
  summary: 'Events of a run after a sequence number',
  description: 'With `waitMs` the answer waits for the first new one.',
  params: runIdParams,
  query: eventsQuerySchema,
  answers: { 200: { description: 'In order, without gaps.', schema: eventsResponseSchema } },
  refusals: noRun,
});

export const streamEvents = defineOperation({
  id: 'streamEvents',
  method: 'GET',
  path: apiRoutes.stream,
  tag: 'runs',
  access: 'viewer',
  summary: 'Events of a run as they happen (server-sent events)',
  description:
    'Each has its sequence number as `id`, so a reader that reconnects with Last-Event-ID misses nothing. The last one is named `end`: the run has ended, or waits for a person.',
  params: runIdParams,
  query: streamQuerySchema,
  headers: z.object({ 'last-event-id': z.string().optional() }),
  answers: {
    200: {
      description: 'A stream; a comment every 15 seconds.',
      schema: z.string(),
      type: 'text/event-stream',
    },
  },
  refusals: noRun,
});

export const listSystemEvents = defineOperation({
  id: 'listSystemEvents',
  method: 'GET',
  path: apiRoutes.systemEvents,
  tag: 'system',
  access: 'viewer',
  summary: 'What happened to the system and not to one run',
  description: 'The newest first; with `after` those that came after an id, the oldest first.',
  query: systemEventsQuerySchema,
  answers: { 200: { description: 'One page.', schema: systemEventsResponseSchema } },
});
