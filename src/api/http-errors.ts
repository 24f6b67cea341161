import type { FastifyInstance } from 'fastify';
import { ZodError } from 'zod';
import {
  type ErrorData,
  messageOf,
  RunyardError,
  runyardError,
  toErrorData,
} from '../domain/errors/runyard-error.ts';

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
  'run.wrong-commit': 409,
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
  if (isDatabaseAway(error))
    return runyardError('store.unreachable', { server: 'this node', detail: messageOf(error) }, error);
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error) {
    return runyardError('api.invalid-request', { problems: [error.message] }, error);
  }
  return null;
}

/** SQLSTATE classes of a server that is away for a while: connection exceptions, too many connections, shutting down or starting up. */
const AWAY = /^(?:08\w{3}|53300|57P0[1-5])$/;
/** The driver's and the query builder's own words for it; these errors carry no code. */
const AWAY_WORDS =
  /connection terminated|timeout exceeded when trying to connect|not queryable|connection timeout/i;

/** Whether the database did not answer, so that the same request can succeed in a moment. */
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined && AWAY.test(code)) return true;
  if (syscall === 'connect' || code === 'ECONNRESET' || code === 'EPIPE') return true;
  return AWAY_WORDS.test(error.message);
}
