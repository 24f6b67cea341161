import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPrivileged } from '../access/audit.ts';
import { recorded } from '../access/recorded.ts';
import type { Access, Operation } from './operation.ts';

/** What a handler gets: its input, read by the schemas of its operation. */
export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Absent: a route that looks after itself, as those of the worker protocol do. */
    readonly access?: Access;
    readonly isAttempt?: boolean;
    /** The id of its operation. */
    readonly operation?: string;
  }
}

export type Handler<Params, Query, Body, Result> = (asked: Asked<Params, Query, Body>) => Promise<Result>;

/** Serves an operation; one that is privileged is recorded in the audit log. Input that does not fit is refused with `api.invalid-request`; a handler may set another status than 200. */
export function implement<Params, Query, Body, Result>(
  app: FastifyInstance,
  operation: Operation<Params, Query, Body, Result>,
  handle: Handler<Params, Query, Body, Result>,
): void {
  const { method, path, body, id, access, isAttempt = false } = operation;
  const serve = async (request: FastifyRequest, reply: FastifyReply) =>
    handle({
      params: operation.params.parse(request.params),
      query: operation.query.parse(request.query),
      body: body?.parse(request.body) as Body,
      request,
      reply,
    });
  app.route({
    method,
    url: path,
    // Fastify would read a whole stream to answer HEAD, and its reader is not there.
    exposeHeadRoute: !isSentInPieces(operation),
    config: { access, isAttempt, operation: id },
    handler: isPrivileged(operation)
      ? (request, reply) => recorded(operation, { request, reply }, () => serve(request, reply))
      : serve,
  });
}

function isSentInPieces({ answers }: Pick<Operation, 'answers'>): boolean {
  return Object.values(answers).some(({ type }) => type?.startsWith('text/') === true);
}
