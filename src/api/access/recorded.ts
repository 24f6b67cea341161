import type { FastifyReply, FastifyRequest } from 'fastify';
import { RunyardError, runyardError } from '../../domain/errors/runyard-error.ts';
import type { Audited } from './audit-subject.ts';

/** Does it and records it. A way in that cannot be recorded is closed again: nobody is in without a record. */
export async function recorded<T>(
  operation: Audited,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  act: () => Promise<T>,
): Promise<T> {
  const { access, audit } = request.server;
  try {
    return await audit.around(operation, request, act);
  } catch (error) {
    const isOpen = error instanceof RunyardError && error.code === 'api.not-recorded';
    if (!operation.isAttempt || !isOpen) throw error;
    // If this fails too, the session stays as a row, but its cookie is not sent, so nobody can use it.
    await access.close(request, reply).catch(() => false);
    throw runyardError('api.sign-in-not-recorded', {}, error);
  }
}
