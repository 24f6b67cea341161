import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { mayAct, type Role } from '../../domain/role.ts';
import { newId } from '../../lib/ids.ts';
import { hashOfSecret, newSecret } from '../../lib/secret.ts';
import { endSession, insertSession } from '../../store/access/sessions.ts';
import { unauthorized } from '../authenticate.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Audit } from './audit.ts';
import { refuseForgery } from './forgery.ts';
import { createIdentifier, type Identifier, identityOf, SESSION_PREFIX } from './identify.ts';
import type { Identity } from './identity.ts';
import { type AccessSettings, noSettings, SESSION_MS, sessionCookie } from './settings.ts';

declare module 'fastify' {
  interface FastifyInstance {
    access: AccessControl;
    audit: Audit;
  }
}

export interface NewSignIn {
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
}

/** Who may do what. One for a server. */
export interface AccessControl {
  readonly settings: AccessSettings;
  readonly identify: Identifier['identify'];
  /** Throws when who asks may not: nobody, too low a role, or a request another site may have made. */
  require(request: FastifyRequest, needed: Role): Identity;
  /** Makes a session, sets its cookie, and from here on the request is that person's. */
  open(request: FastifyRequest, reply: FastifyReply, who: NewSignIn): Promise<Identity>;
  /** Ends the session of the request; false when it has none. */
  close(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** Something was revoked: what was known of tokens and sessions counts no more. */
  forget(): void;
}

export type AccessDependencies = Pick<ApiDependencies, 'queue' | 'apiToken'> &
  Partial<Pick<ApiDependencies, 'access' | 'nodeId'>>;

export function createAccess(dependencies: AccessDependencies): AccessControl {
  const { queue, apiToken, access: settings = noSettings, nodeId = '' } = dependencies;
  const { db } = queue.store;
  const cookie = sessionCookie(settings, nodeId);
  const identifier = createIdentifier({ db, ownerToken: apiToken, cookieName: cookie.name });
  return {
    settings,
    identify: identifier.identify,
    forget: identifier.forget,
    require(request, needed) {
      const { identity } = request;
      if (!identity) throw unauthorized(request);
      refuseForgery(request, settings.publicUrl);
      if (mayAct(identity.role, needed)) return identity;
      const { operation = request.url.split('?')[0] ?? '' } = request.routeOptions.config;
      throw runyardError('api.forbidden', { operation, role: identity.role, needed });
    },
    async open(request, reply, { subject, name, role }) {
      const secret = newSecret(SESSION_PREFIX);
      const session = await insertSession(db, {
        id: newId(),
        hash: hashOfSecret(secret),
        csrfSecret: newSecret('ryc'),
        subject,
        name,
        role,
        lifeMs: SESSION_MS,
        originAddress: request.ip,
      });
      void reply.setCookie(cookie.name, secret, cookie.options);
      request.identity = identityOf(session);
      return request.identity;
    },
    async close({ identity }, reply) {
      if (identity?.kind !== 'session' || identity.id === null) return false;
      void reply.clearCookie(cookie.name, { ...cookie.options, maxAge: 0 });
      const ended = await endSession(db, identity.id);
      identifier.forget();
      return ended;
    },
  };
}

/** Where a browser on this machine, or anywhere if there is a public address, reaches this server. */
export function addressOf(app: FastifyInstance): string {
  if (app.access.settings.publicUrl !== null) return new URL(app.access.settings.publicUrl).origin;
  const bound = app.server.address();
  if (typeof bound !== 'object' || bound === null) return 'http://127.0.0.1';
  const everywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const host = everywhere ? '127.0.0.1' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${host}:${bound.port}`;
}
