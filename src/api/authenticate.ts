import type { FastifyRequest } from 'fastify';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { verifyWorkerToken, type WorkerClaims } from './worker-token.ts';

/** Who the worker is, by its token; throws `api.unauthorized`. */
export function requireWorker(request: FastifyRequest, signingKey: string): WorkerClaims {
  const claims = verifyWorkerToken(bearerOf(request), signingKey);
  if (!claims) throw unauthorized(request);
  return claims;
}

/** Empty: there is none. */
export function bearerOf(request: FastifyRequest): string {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

export function unauthorized(request: FastifyRequest) {
  return runyardError('api.unauthorized', { route: `${request.method} ${request.url.split('?')[0]}` });
}
