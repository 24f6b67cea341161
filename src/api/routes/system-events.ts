import type { FastifyInstance } from 'fastify';
import { listSystemEvents } from '../../events/list-system-events.ts';
import { requireApiToken } from '../authenticate.ts';
import {
  apiRoutes,
  type SystemEventsResponse,
  systemEventsQuerySchema,
  systemEventsResponseSchema,
} from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';

export function registerSystemEventsRoute(
  app: FastifyInstance,
  { apiToken, queue }: Pick<ApiDependencies, 'apiToken' | 'queue'>,
): void {
  app.get(apiRoutes.systemEvents, async (request): Promise<SystemEventsResponse> => {
    requireApiToken(request, apiToken);
    const events = await listSystemEvents(queue.store.db, systemEventsQuerySchema.parse(request.query));
    return systemEventsResponseSchema.parse({
      events: events.map(({ at, ...event }) => ({ ...event, at: at.toISOString() })),
    });
  });
}
