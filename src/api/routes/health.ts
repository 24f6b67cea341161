import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { getHealth } from '../operations/system.ts';

/** Needs no token: it says nothing of any run. */
export function registerHealthRoute(app: FastifyInstance, { health }: ApiDependencies): void {
  implement(app, getHealth, async ({ reply }) => {
    const answer = await health();
    void reply.status(answer.status === 'ok' ? 200 : 503);
    return answer;
  });
}
