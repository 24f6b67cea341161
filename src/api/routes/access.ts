import type { FastifyInstance, FastifyRequest } from 'fastify';
import { rotationDays } from '../../domain/actor.ts';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { newId } from '../../lib/ids.ts';
import { hashOfSecret, newSecret } from '../../lib/secret.ts';
import {
  type ApiToken,
  insertApiToken,
  listApiTokens,
  revokeApiToken,
} from '../../store/access/api-tokens.ts';
import { listAuditEntries } from '../../store/access/audit-log.ts';
import { endSession, listSessions } from '../../store/access/sessions.ts';
import { useSignInLink } from '../../store/access/sign-in-links.ts';
import { databaseNow } from '../../store/database-now.ts';
import { addressOf } from '../access/access.ts';
import { refuseOtherSite } from '../access/forgery.ts';
import { TOKEN_PREFIX } from '../access/identify.ts';
import { actorName, viaOf } from '../access/identity.ts';
import { SESSION_IDLE_MS } from '../access/settings.ts';
import { makeSignInLink } from '../access/sign-in-link.ts';
import { type MeResponse, oidcPaths, type TokenView } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import {
  createSignInLink,
  createToken,
  endSession as endSessionOperation,
  getMe,
  getSignInWays,
  listAudit,
  listSessions as listSessionsOperation,
  listTokens,
  revokeToken,
  signIn,
  signOut,
} from '../operations/access.ts';
import { implement } from '../operations/implement.ts';
import { registerOidcRoutes } from './oidc.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

type Needed = Pick<ApiDependencies, 'queue'>;

/** Who asks, how they get in, and what was done by whom. */
export function registerAccessRoutes(app: FastifyInstance, dependencies: Needed): void {
  registerSessions(app, dependencies);
  registerOpenSessions(app, dependencies);
  registerTokens(app, dependencies);
  registerAudit(app, dependencies);
  registerOidcRoutes(app);
}

function registerSessions(app: FastifyInstance, { queue }: Needed): void {
  const { db } = queue.store;

  implement(app, getMe, async ({ request }) => toMe(request));

  implement(app, getSignInWays, async () => ({
    link: true as const,
    oidc: app.access.settings.oidc === null ? null : oidcPaths.start,
  }));

  implement(app, signIn, async ({ body, request, reply }) => {
    refuseOtherSite(request, app.access.settings.publicUrl, { mustSay: false });
    const link = await useSignInLink(db, hashOfSecret(body.code));
    if (!link)
      throw runyardError('api.sign-in-refused', {
        problem: 'The link is not good any more: it works once, and for ten minutes.',
      });
    await app.access.open(request, reply, { subject: 'link', ...link });
    return toMe(request);
  });

  implement(app, signOut, async ({ request, reply }) => ({ ended: await app.access.close(request, reply) }));

  implement(app, createSignInLink, async ({ body, request, reply }) => {
    const { name = actorName(request), role } = body;
    const link = await makeSignInLink(db, { name, role }, addressOf(app));
    void reply.status(201).header('cache-control', 'no-store');
    return { url: link.url, role, expiresAt: link.expiresAt.toISOString() };
  });
}

function registerOpenSessions(app: FastifyInstance, { queue }: Needed): void {
  const { db } = queue.store;

  implement(app, listSessionsOperation, async ({ query: { limit, before }, request }) => {
    const found = await listSessions(db, { limit: limit + 1, before, idleMs: SESSION_IDLE_MS });
    const sessions = found.slice(0, limit).map(({ createdAt, lastSeenAt, expiresAt, ...session }) => ({
      ...session,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      isOwn: request.identity?.id === session.id,
    }));
    return { sessions, next: found.length > limit ? (sessions.at(-1)?.id ?? null) : null };
  });

  implement(app, endSessionOperation, async ({ params: { id } }) => {
    const ended = await endSession(db, id);
    app.access.forget();
    return { ended };
  });
}

function registerTokens(app: FastifyInstance, { queue }: Needed): void {
  const { db } = queue.store;

  implement(app, createToken, async ({ body: { name, role, expiresInDays }, request, reply }) => {
    const secret = newSecret(TOKEN_PREFIX);
    const token = await insertApiToken(db, {
      id: newId(),
      name,
      role,
      hash: hashOfSecret(secret),
      createdBy: actorName(request),
      lifeMs: expiresInDays * DAY_MS,
    });
    void reply.status(201).header('cache-control', 'no-store');
    return { token: toTokenView(token, token.createdAt), secret };
  });

  implement(app, listTokens, async ({ query: { limit, before } }) => {
    const [found, now] = await Promise.all([
      // One more than asked for tells whether there is another page.
      listApiTokens(db, { limit: limit + 1, before }),
      databaseNow(db),
    ]);
    const tokens = found.slice(0, limit).map((token) => toTokenView(token, now));
    return { tokens, next: found.length > limit ? (tokens.at(-1)?.id ?? null) : null };
  });

  implement(app, revokeToken, async ({ params: { id } }) => {
    // Before it: what only reads must not fail what was done.
    const now = await databaseNow(db);
    const token = await revokeApiToken(db, id);
    if (!token) throw runyardError('api.no-such-token', { token: id });
    app.access.forget();
    return { token: toTokenView(token, now) };
  });
}

function registerAudit(app: FastifyInstance, { queue }: Needed): void {
  implement(app, listAudit, async ({ query: { since, until, reads, limit, ...filters } }) => {
    const found = await listAuditEntries(queue.store.db, {
      ...filters,
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
      reads: reads === 'true',
      limit: limit + 1,
    });
    const entries = found.slice(0, limit).map((entry) => ({ ...entry, at: entry.at.toISOString() }));
    return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null };
  });
}

function toMe(request: FastifyRequest): MeResponse {
  const { identity } = request;
  if (!identity) throw new Error('nobody asks who they are');
  const { kind, name, role, csrfToken, expiresAt } = identity;
  return { kind, name, role, via: viaOf(request), csrfToken, expiresAt: expiresAt?.toISOString() ?? null };
}

function toTokenView(token: ApiToken, now: Date): TokenView {
  const { createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const ageDays = Math.floor((now.getTime() - createdAt.getTime()) / DAY_MS);
  const state = revokedAt ? 'revoked' : expiresAt <= now ? 'expired' : 'active';
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    createdBy: token.createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    state,
    ageDays,
    isOld: state === 'active' && ageDays >= rotationDays,
  };
}
