import { createHash } from 'node:crypto';
import etag from '@fastify/etag';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { isAuthorized, unauthorized } from './authenticate.ts';
import type { ApiDependencies } from './dependencies.ts';

const MINUTE_MS = 60_000;
/** From one address: enough for a person who looks for the right token, not for a program that guesses. */
const MOST_FAILED_PER_MINUTE = 30;
/** Behind by so much, answering more would make everything worse. */
const LONGEST_LOOP_DELAY_MS = 2_000;
const BUSY_SECONDS = 5;

/**
 * What every answer of the public API goes through: request id, headers that tie a browser's hands, entity tags, the token, a limit per
 * token and one per address without a token, and a refusal while the process is behind with its work. Workers and health are let through.
 */
export function protect(
  app: FastifyInstance,
  { apiToken, requestsPerMinute }: Pick<ApiDependencies, 'apiToken' | 'requestsPerMinute'>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.register(helmet, { contentSecurityPolicy, hsts: false });
  app.register(etag, { weak: true });
  app.register(underPressure, {
    maxEventLoopDelay: LONGEST_LOOP_DELAY_MS,
    pressureHandler: refuseUnderPressure,
  });
  app.register(rateLimit, { global: false });
  app.after(() => {
    const failures = app.createRateLimit({ max: MOST_FAILED_PER_MINUTE, timeWindow: MINUTE_MS });
    const requests = app.createRateLimit({
      max: requestsPerMinute,
      timeWindow: MINUTE_MS,
      keyGenerator: byToken,
    });
    app.addHook('onRequest', async (request) => {
      if (!needsToken(request)) return;
      const isKnown = isAuthorized(request, apiToken);
      const limit = await (isKnown ? requests : failures)(request);
      if (!limit.isAllowed && limit.isExceeded) throw tooMany(requestsPerMinute, limit.ttlInSeconds);
      if (!isKnown) throw unauthorized(request);
    });
  });
}

const contentSecurityPolicy = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"] },
};

function refuseUnderPressure(request: FastifyRequest): void {
  if (needsToken(request)) throw runyardError('api.busy', { retryAfterSeconds: BUSY_SECONDS });
}

/** Health and what workers ask are not counted and not refused. */
function needsToken({ routeOptions: { config } }: FastifyRequest): boolean {
  return config.access !== undefined && config.access !== 'public';
}

/** The token itself is kept nowhere. */
function byToken(request: FastifyRequest): string {
  return createHash('sha256')
    .update(request.headers.authorization ?? '')
    .digest('base64');
}

function tooMany(limit: number, retryAfterSeconds: number) {
  return runyardError('api.too-many-requests', { limit, retryAfterSeconds });
}
