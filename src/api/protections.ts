import cookie from '@fastify/cookie';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { type AccessDependencies, createAccess } from './access/access.ts';
import { createAudit } from './access/audit.ts';
import { endRevoked } from './access/end-revoked.ts';
import type { ApiDependencies } from './dependencies.ts';

const MINUTE_MS = 60_000;
/** From one address: enough for a person who looks for the right token, not for a program that guesses. */
const MOST_FAILED_PER_MINUTE = 30;
/** Refusals that are written down: enough to see that somebody tries, too few to fill a disk. */
const MOST_RECORDED_OF_ADDRESS = 10;
const MOST_RECORDED = 120;
/** Behind by so much, answering more would make everything worse. */
const LONGEST_LOOP_DELAY_MS = 2_000;
const BUSY_SECONDS = 5;

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
  app.register(underPressure, {
    maxEventLoopDelay: LONGEST_LOOP_DELAY_MS,
    pressureHandler: refuseUnderPressure,
  });
  app.register(rateLimit, { global: false });
  app.decorateRequest('identity', null);
  const access = createAccess(dependencies);
  app.decorate('access', access);
  const refusals: { mayRecord: (request: FastifyRequest) => Promise<boolean> } = {
    mayRecord: async () => true,
  };
  const { db } = queue.store;
  app.decorate(
    'audit',
    createAudit({ db, onUnexpected, mayRecordRefusal: (request) => refusals.mayRecord(request) }),
  );
  app.after(() => {
    refusals.mayRecord = recordedRefusals(app);
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
  app.addHook('onRequest', async (request, reply) => {
    const { access, isAttempt } = request.routeOptions.config;
    if (access === undefined || (access === 'public' && !isAttempt)) return;
    // It may be kept by the browser of whoever may see it, and is asked about each time (entity tags).
    void reply.header('cache-control', 'private, no-cache');
    if (access !== 'public') request.identity = await app.access.identify(request);
    const count = isAttempt ? attempts : request.identity ? requests : failures;
    const limit = await count(request);
    if (!limit.isAllowed && limit.isExceeded)
      throw runyardError('api.too-many-requests', {
        limit: requestsPerMinute,
        retryAfterSeconds: limit.ttlInSeconds,
      });
    if (access === 'public') return;
    try {
      app.access.require(request, access);
    } catch (error) {
      if (access !== 'viewer') await app.audit.refused(request, error);
      throw error;
    }
  });
}

function recordedRefusals(app: FastifyInstance): (request: FastifyRequest) => Promise<boolean> {
  const ofAddress = app.createRateLimit({ max: MOST_RECORDED_OF_ADDRESS, timeWindow: MINUTE_MS });
  const ofAll = app.createRateLimit({
    max: MOST_RECORDED,
    timeWindow: MINUTE_MS,
    keyGenerator: () => 'all',
  });
  return async (request) => {
    const one = await ofAddress(request);
    if (!one.isAllowed && one.isExceeded) return false;
    const all = await ofAll(request);
    return all.isAllowed || !all.isExceeded;
  };
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"] },
};

function refuseUnderPressure({ routeOptions: { config } }: FastifyRequest): void {
  // Health and what workers ask are not refused.
  if (config.access !== undefined && config.access !== 'public')
    throw runyardError('api.busy', { retryAfterSeconds: BUSY_SECONDS });
}
