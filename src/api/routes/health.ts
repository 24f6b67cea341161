import type { FastifyInstance } from 'fastify';
import { apiRoutes } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** Needs no token: it says nothing of any run. */
export function registerHealthRoute(app: FastifyInstance, { health }: ApiDependencies): void {
  app.get(apiRoutes.health, async (_request, reply) => {
    const answer = await health();
    return reply.status(answer.status === 'ok' ? 200 : 503).send(answer);
  });
}
