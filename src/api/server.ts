import fastify, { type FastifyInstance } from 'fastify';
import { newId } from '../lib/ids.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answerError, answerUnreadable, installErrorHandler } from './http-errors.ts';
import { createViewerCount } from './live/viewer-count.ts';
import { protect } from './protections.ts';
import { registerAccessRoutes } from './routes/access.ts';
import { registerDashboard } from './routes/dashboard.ts';
import { registerDocumentRoutes } from './routes/documents.ts';
import { registerEventStream } from './routes/event-stream.ts';
import { registerHealthRoute } from './routes/health.ts';
import { registerLessonRoutes } from './routes/lessons.ts';
import { registerMcpRoute } from './routes/mcp.ts';
import { registerPlanRoutes } from './routes/plans.ts';
import { registerQueueRoute } from './routes/queue.ts';
import { registerReadinessRoutes } from './routes/readiness.ts';
import { registerReceiptRoutes } from './routes/receipts.ts';
import { registerRunPartRoutes } from './routes/run-parts.ts';
import { registerRunRoutes } from './routes/runs.ts';
import { registerSalvageRoutes } from './routes/salvage.ts';
import { registerStream } from './routes/stream.ts';
import { registerSymphonyRoutes } from './routes/symphony.ts';
import { registerSystemEventsRoute } from './routes/system-events.ts';
import { registerTicketRoute } from './routes/tickets.ts';
import { registerViewRoutes } from './routes/views.ts';
import { registerWorkerRoutes } from './routes/worker.ts';

/** Larger than a ticket may be, so that a ticket that is too long is refused with a reason and not with a broken connection. */
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

/** A request that has not arrived whole by then is dropped: a body sent a byte a minute would hold its connection for ever. */
const SLOWEST_REQUEST_MS = 2 * 60_000;
const SLOWEST_HEADERS_MS = 60_000;
/** How often Node looks for such requests. */
const LOOK_FOR_SLOW_MS = 5_000;

/** The control API and the worker protocol on one listener. It never serves agents: those reach only the gateway. */
export function createApiServer(dependencies: ApiDependencies): FastifyInstance {
  const { onUnexpected, access, slowestRequestMs = SLOWEST_REQUEST_MS } = dependencies;
  const app = fastify({
    genReqId: () => newId(),
    trustProxy: access?.trustedProxies?.length ? [...access.trustedProxies] : false,
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: slowestRequestMs,
    http: {
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, slowestRequestMs),
      // Node swaps the two limits when that of the headers is the longer one (ConnectionsList::Expired).
      headersTimeout: Math.min(SLOWEST_HEADERS_MS, slowestRequestMs),
    },
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => answerError({ error, request, reply }, onUnexpected),
    clientErrorHandler: answerUnreadable,
  });
  installErrorHandler(app, onUnexpected);
  protect(app, dependencies);
  // Of its own, so that it comes after what protects it.
  app.register(async (routes) => {
    const viewers = createViewerCount();
    registerDashboard(routes, dependencies.dashboardFolder);
    registerDocumentRoutes(routes, dependencies.version);
    registerHealthRoute(routes, dependencies);
    registerQueueRoute(routes, dependencies);
    registerRunRoutes(routes, dependencies);
    registerPlanRoutes(routes, dependencies);
    registerEventStream(routes, { ...dependencies, viewers });
    registerRunPartRoutes(routes, dependencies);
    registerReceiptRoutes(routes, dependencies);
    registerViewRoutes(routes, dependencies);
    registerLessonRoutes(routes, dependencies);
    registerReadinessRoutes(routes, dependencies);
    registerStream(routes, { ...dependencies, viewers });
    registerSalvageRoutes(routes, dependencies);
    registerSystemEventsRoute(routes, dependencies);
    registerTicketRoute(routes, dependencies);
    registerSymphonyRoutes(routes, dependencies);
    registerMcpRoute(routes, dependencies);
    registerWorkerRoutes(routes, dependencies);
    registerAccessRoutes(routes, dependencies);
  });
  return app;
}
