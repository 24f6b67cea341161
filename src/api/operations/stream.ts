import { z } from 'zod';
import { apiRoutes, streamAllQuerySchema } from '../contract.ts';
import { defineOperation } from './operation.ts';

export const streamAll = defineOperation({
  id: 'streamAll',
  method: 'GET',
  path: apiRoutes.streamAll,
  tag: 'system',
  access: 'viewer',
  summary: 'Events of all runs and of the system as they happen (server-sent events)',
  description:
    'Named `ready` (first: what happens from here on is in the stream), `run`, `system` and `reset` (read again what you show). A reader that reconnects with Last-Event-ID misses nothing, and may see events of one moment twice; one that comes from more than 100 000 events back gets `reset`. The stream ends after ten minutes, and when this node cannot read the events, for the reader to come back to.',
  query: streamAllQuerySchema,
  headers: z.object({ 'last-event-id': z.string().optional() }),
  answers: {
    200: {
      description: 'A stream; a comment every 15 seconds.',
      schema: z.string(),
      type: 'text/event-stream',
    },
  },
});
