import type { FastifyInstance } from 'fastify';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { getQueue } from '../operations/system.ts';

export function registerQueueRoute(app: FastifyInstance, { queueView }: ApiDependencies): void {
  implement(app, getQueue, () => queueView());
}
