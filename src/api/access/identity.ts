import type { FastifyRequest } from 'fastify';
import type { ActorKind, OriginVia } from '../../domain/actor.ts';
import type { Role } from '../../domain/role.ts';

/** Who asks, established before anything else is done with a request. */
export interface Identity {
  readonly kind: ActorKind;
  /** Of the token or of the session; null for the owner of the machine. */
  readonly id: string | null;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
  /** What a session has to send with a change; null where nothing can be forged. */
  readonly csrfToken: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null: nobody; a route with an access role is never reached like that. */
    identity: Identity | null;
  }
}

/** The name for the record of who decided something. */
export function actorName({ identity }: FastifyRequest): string {
  return identity?.name ?? 'api';
}

/** Sessions are the dashboard; other clients say who they are by their user agent. */
export function viaOf(request: FastifyRequest): OriginVia {
  if (request.identity?.kind === 'session') return 'dashboard';
  const client = /^runyard-(cli|mcp)(?:\/|$)/.exec(request.headers['user-agent'] ?? '')?.[1];
  return client === 'cli' || client === 'mcp' ? client : 'api';
}
