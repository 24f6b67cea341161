import type { FastifyInstance } from 'fastify';
import { listSystemEvents } from '../../events/list-system-events.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { listSystemEvents as listSystemEventsOperation } from '../operations/events.ts';
import { implement } from '../operations/implement.ts';

export function registerSystemEventsRoute(
  app: FastifyInstance,
  { queue }: Pick<ApiDependencies, 'queue'>,
): void {
  implement(app, listSystemEventsOperation, async ({ query }) => {
    const events = await listSystemEvents(queue.store.db, query);
    return { events: events.map(({ at, ...event }) => ({ ...event, at: at.toISOString() })) };
  });
}
