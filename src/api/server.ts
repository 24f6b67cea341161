import fastify, { type FastifyInstance } from 'fastify';
import { newId } from '../lib/ids.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answerError, answerUnreadable, installErrorHandler } from './http-errors.ts';
import { protect } from './protections.ts';
import { registerDocumentRoutes } from './routes/documents.ts';
import { registerEventStream } from './routes/event-stream.ts';
import { registerHealthRoute } from './routes/health.ts';
import { registerQueueRoute } from './routes/queue.ts';
import { registerRunRoutes } from './routes/runs.ts';
import { registerSalvageRoutes } from './routes/salvage.ts';
import { registerStream } from './routes/stream.ts';
import { registerSystemEventsRoute } from './routes/system-events.ts';
import { registerWorkerRoutes } from './routes/worker.ts';

/** Larger than a ticket may be, so that a ticket that is too long is refused with a reason and not with a broken connection. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/** The control API and the worker protocol on one listener. It never serves agents: those reach only the gateway. */
export function createApiServer(dependencies: ApiDependencies): FastifyInstance {
  const { onUnexpected } = dependencies;
  const app = fastify({
    genReqId: () => newId(),
    bodyLimit: LARGEST_BODY_BYTES,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => answerError({ error, request, reply }, onUnexpected),
    clientErrorHandler: answerUnreadable,
  });
  installErrorHandler(app, onUnexpected);
  protect(app, dependencies);
  // Of its own, so that it comes after what protects it.
  app.register(async (routes) => {
    registerDocumentRoutes(routes, dependencies.version);
    registerHealthRoute(routes, dependencies);
    registerQueueRoute(routes, dependencies);
    registerRunRoutes(routes, dependencies);
    registerEventStream(routes, dependencies);
    registerStream(routes, dependencies);
    registerSalvageRoutes(routes, dependencies);
    registerSystemEventsRoute(routes, dependencies);
    registerWorkerRoutes(routes, dependencies);
  });
  return app;
}
