import type { FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { equal } from '../lib/signed-token.ts';
import { verifyWorkerToken, type WorkerClaims } from './worker-token.ts';

/** Whether the request carries the API token. */
export function isAuthorized(request: FastifyRequest, apiToken: string): boolean {
  return equal(bearerOf(request), apiToken);
}

/** Who the worker is, by its token; throws `api.unauthorized`. */
export function requireWorker(request: FastifyRequest, signingKey: string): WorkerClaims {
  const claims = verifyWorkerToken(bearerOf(request), signingKey);
  if (!claims) throw unauthorized(request);
  return claims;
}

function bearerOf(request: FastifyRequest): string {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

export function unauthorized(request: FastifyRequest) {
  return runyardError('api.unauthorized', { route: `${request.method} ${request.url.split('?')[0]}` });
}
