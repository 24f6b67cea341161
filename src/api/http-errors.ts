import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import {
  type ErrorData,
  messageOf,
  RunyardError,
  runyardError,
  toErrorData,
} from '../domain/errors/runyard-error.ts';
import { newId } from '../lib/ids.ts';
import { http } from '../lib/node-http.ts';
import type { ApiError } from './contract.ts';

const statusOf: Readonly<Record<string, number>> = {
  'api.unauthorized': 401,
  'api.sign-in-refused': 401,
  'api.oidc-refused': 403,
  'api.forbidden': 403,
  'api.forged': 403,
  'api.token-needed': 403,
  'api.no-such-token': 404,
  'api.no-such-lesson': 404,
  'api.ambiguous-lesson': 409,
  'api.invalid-request': 400,
  // 422 is what the draft of the header asks for: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
  'api.idempotency-key-reused': 422,
  'api.not-found': 404,
  'api.repository-unknown': 404,
  'api.foreign-origin': 403,
  'api.method-not-allowed': 405,
  'api.issue-not-found': 404,
  'api.queue-full': 429,
  'api.too-many-requests': 429,
  'api.not-recorded': 500,
  'api.sign-in-not-recorded': 500,
  'api.busy': 503,
  'api.too-many-viewers': 503,
  'api.shutting-down': 503,
  'run.not-found': 404,
  'run.ambiguous-id': 409,
  'run.stale-owner': 409,
  'run.illegal-transition': 409,
  'run.ended': 409,
  'run.wrong-plan-hash': 409,
  'run.wrong-commit': 409,
  'run.not-waiting': 409,
  'plan.not-waiting': 409,
  'plan.other-waits': 409,
  'plan.no-such-question': 400,
  'plan.too-many-revisions': 409,
  'run.nothing-committed': 409,
  'run.nothing-delivered': 409,
  'run.not-ended': 409,
  'run.attempt-not-kept': 404,
  'run.nothing-saved': 409,
  'run.no-such-saved-work': 404,
  'run.source-not-local': 409,
  'git.branch-exists': 409,
  'verify.no-verdict': 409,
  'verify.no-receipt': 404,
};

/** Every failed request is answered with a problem; what is not one of ours is logged and answered as a 500. */
export function installErrorHandler(app: FastifyInstance, onUnexpected: OnUnexpected): void {
  app.setErrorHandler((error, request, reply) => answerError({ error, request, reply }, onUnexpected));
  app.setNotFoundHandler((request, reply) => {
    const error = runyardError('api.not-found', { route: routeOf(request) });
    answerError({ error, request, reply }, onUnexpected);
  });
}

type OnUnexpected = (error: unknown, route: string) => void;

export interface FailedRequest {
  readonly error: unknown;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export function answerError({ error, request, reply }: FailedRequest, onUnexpected: OnUnexpected): void {
  const known = toKnownError(error);
  if (!known) onUnexpected(error, `${routeOf(request)} (request ${request.id})`);
  const data = toErrorData(known ?? error);
  const retryAfter = data.fields['retryAfterSeconds'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  const status = refusalStatus(error) ?? statusFor(data);
  void reply
    .status(status)
    .type(PROBLEM)
    .send(problemOf(data, { status, requestId: request.id }));
}

const PROBLEM = 'application/problem+json; charset=utf-8';

/** https://www.rfc-editor.org/rfc/rfc9457 section 3.1. */
function problemOf(error: ErrorData, { status, requestId }: { status: number; requestId: string }): ApiError {
  return {
    type: `urn:runyard:error:${error.code}`,
    title: error.what,
    status,
    detail: `${error.why} ${error.next}`,
    instance: `urn:runyard:request:${requestId}`,
    error: { ...error, message: error.what },
  };
}

/** What Node could not even read as a request, answered in the same shape. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = unreadableStatus[error.code ?? ''] ?? 400;
  const problems = [`this is no HTTP request that can be read: ${error.message}`];
  const data = toErrorData(runyardError('api.invalid-request', { problems }));
  const body = JSON.stringify(problemOf(data, { status, requestId: newId() }));
  const head = [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
    `content-type: ${PROBLEM}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const unreadableStatus: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const LONGEST_ROUTE_SHOWN = 200;

function routeOf({ method, url }: FastifyRequest): string {
  return `${method} ${url.slice(0, LONGEST_ROUTE_SHOWN)}`;
}

function statusFor(data: ErrorData): number {
  const status = statusOf[data.code];
  if (status) return status;
  if (data.kind === 'retryable') return 503;
  return data.code === 'run.unexpected' || data.code.startsWith('host.') ? 500 : 422;
}

/** The status of a request the framework refused: a body that is too large, of another type, a path that cannot be decoded. */
function refusalStatus(error: unknown): number | null {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}

function toKnownError(error: unknown): RunyardError | null {
  if (error instanceof RunyardError) return error;
  if (error instanceof ZodError) {
    const problems = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
    return runyardError('api.invalid-request', { problems }, error);
  }
  if (isDatabaseAway(error))
    return runyardError('store.unreachable', { server: 'this node', detail: messageOf(error) }, error);
  if (refusalStatus(error) !== null && error instanceof Error)
    return runyardError('api.invalid-request', { problems: [error.message] }, error);
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
