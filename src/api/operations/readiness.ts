import { liveResponseSchema, readyResponseSchema, viewRoutes } from '../contract.ts';
import { defineOperation } from './operation.ts';

export const getReadiness = defineOperation({
  id: 'getReadiness',
  method: 'GET',
  path: viewRoutes.ready,
  tag: 'system',
  access: 'public',
  summary: 'Whether this node can take and move runs: its dependencies are asked',
  answers: {
    200: { description: 'Each answered.', schema: readyResponseSchema },
    503: { description: 'One did not; `checks` say which and why.', schema: readyResponseSchema },
  },
});

export const getLiveness = defineOperation({
  id: 'getLiveness',
  method: 'GET',
  path: viewRoutes.live,
  tag: 'system',
  access: 'public',
  summary: 'Whether the process of this node answers at all',
  description: 'Asks no dependency: a database that is away is no reason to start the node anew.',
  answers: { 200: { description: 'It does.', schema: liveResponseSchema } },
});
