import type { FastifyInstance } from 'fastify';
import { requireApiToken } from '../authenticate.ts';
import { apiRoutes } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';

export function registerQueueRoute(app: FastifyInstance, { apiToken, queueView }: ApiDependencies): void {
  app.get(apiRoutes.queue, async (request) => {
    requireApiToken(request, apiToken);
    return queueView();
  });
}
