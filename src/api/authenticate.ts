import type { FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { equal } from '../lib/signed-token.ts';
import { verifyWorkerToken, type WorkerClaims } from './worker-token.ts';

/** Throws `api.unauthorized` unless the request carries the API token. */
export function requireApiToken(request: FastifyRequest, apiToken: string): void {
  if (!equal(bearerOf(request), apiToken)) throw unauthorized(request);
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

function unauthorized(request: FastifyRequest) {
  return runyardError('api.unauthorized', { route: `${request.method} ${request.url.split('?')[0]}` });
}
