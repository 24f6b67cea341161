import type { FastifyInstance } from 'fastify';
import { ZodError } from 'zod';
import { type ErrorData, RunyardError, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';

const statusOf: Readonly<Record<string, number>> = {
  'api.unauthorized': 401,
  'api.invalid-request': 400,
  'api.not-found': 404,
  'api.queue-full': 429,
  'api.shutting-down': 503,
  'run.not-found': 404,
  'run.ambiguous-id': 409,
  'run.stale-owner': 409,
  'run.illegal-transition': 409,
  'run.ended': 409,
  'run.wrong-plan-hash': 409,
  'run.not-waiting': 409,
  'run.nothing-delivered': 409,
};

/** Every failed request is answered with `{error: ErrorData}`; what is not one of ours is logged and answered as a 500. */
export function installErrorHandler(
  app: FastifyInstance,
  onUnexpected: (error: unknown, route: string) => void,
): void {
  app.setErrorHandler((error, request, reply) => {
    const route = `${request.method} ${request.url}`;
    const known = toKnownError(error);
    if (!known) onUnexpected(error, route);
    const data = toErrorData(known ?? error);
    const retryAfter = data.fields['retryAfterSeconds'];
    if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
    void reply.status(statusFor(data)).send({ error: data });
  });
  app.setNotFoundHandler((request, reply) => {
    const error = runyardError('api.not-found', { route: `${request.method} ${request.url}` });
    void reply.status(404).send({ error: toErrorData(error) });
  });
}

function statusFor(data: ErrorData): number {
  const status = statusOf[data.code];
  if (status) return status;
  if (data.code === 'run.unexpected') return 500;
  return data.kind === 'retryable' ? 503 : 422;
}

function toKnownError(error: unknown): RunyardError | null {
  if (error instanceof RunyardError) return error;
  if (error instanceof ZodError) {
    const problems = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    return runyardError('api.invalid-request', { problems }, error);
  }
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error) {
    return runyardError('api.invalid-request', { problems: [error.message] }, error);
  }
  return null;
}
