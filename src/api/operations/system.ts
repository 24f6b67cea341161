import { apiRoutes, healthResponseSchema, queueResponseSchema } from '../contract.ts';
import { defineOperation } from './operation.ts';

export const getQueue = defineOperation({
  id: 'getQueue',
  method: 'GET',
  path: apiRoutes.queue,
  tag: 'system',
  access: 'viewer',
  summary: 'What waits, in the order it would start, and why it does not start now',
  answers: {
    200: { description: 'The queue, what holds its places, and the limits.', schema: queueResponseSchema },
  },
});

export const getHealth = defineOperation({
  id: 'getHealth',
  method: 'GET',
  path: apiRoutes.health,
  tag: 'system',
  access: 'public',
  summary: 'Whether this node accepts and drives runs',
  description:
    'Says database, sandbox, active runs, breakers that are not closed, the nodes on this database and their singleton duties.',
  answers: {
    200: { description: 'Runs are accepted and driven.', schema: healthResponseSchema },
    503: { description: 'They are not; `status` and `problems` say why.', schema: healthResponseSchema },
  },
});
