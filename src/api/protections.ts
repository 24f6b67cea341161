import cookie from '@fastify/cookie';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { type AccessDependencies, createAccess } from './access/access.ts';
import { type AuditOptions, createAudit } from './access/audit.ts';
import { endRevoked } from './access/end-revoked.ts';
import { recordedRefusals } from './access/recorded-refusals.ts';
import type { ApiDependencies } from './dependencies.ts';

const MINUTE_MS = 60_000;
/** From one address: enough for a person who looks for the right token, not for a program that guesses. */
const MOST_FAILED_PER_MINUTE = 30;
/** Of one address, tokens and sessions that were never seen here: each costs a question to the database before it is known to be a guess. */
const MOST_UNSEEN_PER_MINUTE = 60;
/** Behind by so much, answering more would make everything worse. */
const LONGEST_LOOP_DELAY_MS = 2_000;
const BUSY_SECONDS = 5;
/** The delay is measured a second long: for two of them, it tells of what loading the program took, and that is over. */
const START_ECHOES_MS = 2_000;

type Protected = AccessDependencies &
  Pick<ApiDependencies, 'requestsPerMinute'> &
  Partial<Pick<ApiDependencies, 'onUnexpected'>>;

/**
 * What every answer of the public API goes through: request id, headers that tie a browser's hands, entity tags, who asks and whether
 * they may, a limit per token or session and one per address without, and a refusal while the process is behind with its work. Workers and
 * health are let through.
 */
export function protect(app: FastifyInstance, dependencies: Protected): void {
  const { queue, requestsPerMinute, onUnexpected = () => undefined } = dependencies;
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.register(helmet, { contentSecurityPolicy, hsts: false });
  app.register(etag, { weak: true });
  app.register(cookie);
  refuseUnderPressure(app);
  app.register(rateLimit, { global: false });
  app.decorateRequest('identity', null);
  const access = createAccess(dependencies);
  app.decorate('access', access);
  const refusals: { howToRecord: AuditOptions['howToRecord'] } = { howToRecord: async () => 'entry' };
  const { db } = queue.store;
  app.decorate(
    'audit',
    createAudit({ db, onUnexpected, howToRecord: (request) => refusals.howToRecord(request) }),
  );
  app.after(() => {
    refusals.howToRecord = recordedRefusals(app);
    guard(app, requestsPerMinute);
    endRevoked(app);
  });
}

/** Who asks, how often, and whether they may. */
function guard(app: FastifyInstance, requestsPerMinute: number): void {
  const failures = app.createRateLimit({ max: MOST_FAILED_PER_MINUTE, timeWindow: MINUTE_MS });
  // Apart from each other: a page whose session is over asks and asks, and must not keep its reader from signing in.
  const attempts = app.createRateLimit({ max: MOST_FAILED_PER_MINUTE, timeWindow: MINUTE_MS });
  const requests = app.createRateLimit({
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ identity }) => `${identity?.kind}:${identity?.id}`,
  });
  const unseen = app.createRateLimit({ max: MOST_UNSEEN_PER_MINUTE, timeWindow: MINUTE_MS });
  app.addHook('onRequest', async (request, reply) => {
    const { access, isAttempt } = request.routeOptions.config;
    if (access === undefined || (access === 'public' && !isAttempt)) return;
    // It may be kept by the browser of whoever may see it, and is asked about each time (entity tags).
    void reply.header('cache-control', 'private, no-cache');
    const refuseTooMany = async (count: typeof requests) => {
      const limit = await count(request);
      if (limit.isAllowed || !limit.isExceeded) return;
      const retryAfterSeconds = limit.ttlInSeconds;
      throw runyardError('api.too-many-requests', { limit: requestsPerMinute, retryAfterSeconds });
    };
    if (access !== 'public')
      request.identity = await app.access.identify(request, () => refuseTooMany(unseen));
    await refuseTooMany(isAttempt ? attempts : request.identity ? requests : failures);
    if (access === 'public') return;
    try {
      app.access.require(request, access);
    } catch (error) {
      if (access !== 'viewer') await app.audit.refused(request, error);
      throw error;
    }
  });
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"] },
};

function refuseUnderPressure(app: FastifyInstance): void {
  let countsFrom = Number.POSITIVE_INFINITY;
  app.addHook('onListen', () => {
    countsFrom = performance.now() + START_ECHOES_MS;
  });
  app.register(underPressure, {
    maxEventLoopDelay: LONGEST_LOOP_DELAY_MS,
    pressureHandler({ routeOptions: { config } }: FastifyRequest) {
      // Health and what workers ask are not refused.
      const isOurs = config.access === undefined || config.access === 'public';
      if (!isOurs && performance.now() > countsFrom)
        throw runyardError('api.busy', { retryAfterSeconds: BUSY_SECONDS });
    },
  });
}
