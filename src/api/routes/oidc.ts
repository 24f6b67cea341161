import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RunyardError, runyardError } from '../../domain/errors/runyard-error.ts';
import { decideOidc } from '../../domain/oidc-policy.ts';
import { addressOf } from '../access/access.ts';
import { createOidcClient, type OidcClient, type Pending, pendingSchema } from '../access/oidc-client.ts';
import { recorded } from '../access/recorded.ts';
import { type Cookie, type OidcSettings, oidcCookie } from '../access/settings.ts';
import { oidcPaths, signInPage } from '../contract.ts';

/** How long somebody may take at the provider. */
const AWAY_SECONDS = 10 * 60;

const operation = {
  id: 'signInWithOidc',
  path: oidcPaths.callback,
  isAttempt: true,
  recorded: ['role', 'issuer', 'subject'],
} as const;
const config = { access: 'public', isAttempt: true, operation: operation.id } as const;

/**
 * Signing in with an OpenID provider: two addresses that a browser visits, so they answer with redirects. What went wrong is in the audit
 * log; the page gets the code of the error.
 */
export function registerOidcRoutes(app: FastifyInstance): void {
  const { oidc: settings } = app.access.settings;
  if (!settings) return;
  const client = createOidcClient(settings);
  const cookie = oidcCookie(app.access.settings, AWAY_SECONDS);

  app.get(oidcPaths.start, { config }, (request, reply) =>
    orToPage(reply, () => start({ app, client, cookie }, request, reply)),
  );
  app.get(oidcPaths.callback, { config }, (request, reply) =>
    orToPage(reply, async () => {
      void reply.clearCookie(cookie.name, { ...cookie.options, maxAge: 0 });
      await recorded(operation, { request, reply }, () =>
        finish({ app, client, cookie, settings }, request, reply),
      );
      return reply.redirect('/');
    }),
  );
}

interface Oidc {
  readonly app: FastifyInstance;
  readonly client: OidcClient;
  readonly cookie: Cookie;
}

async function start({ app, client, cookie }: Oidc, request: FastifyRequest, reply: FastifyReply) {
  const address = addressOf(app);
  // The provider sends the browser back to that name, and only there the cookie is seen: localhost is another one than 127.0.0.1.
  if (app.access.settings.publicUrl === null && request.headers.host !== new URL(address).host)
    return reply.redirect(`${address}${oidcPaths.start}`);
  const { url, pending } = await client.begin(`${address}${oidcPaths.callback}`);
  const kept = Buffer.from(JSON.stringify(pending)).toString('base64url');
  return reply.setCookie(cookie.name, kept, cookie.options).header('cache-control', 'no-store').redirect(url);
}

async function finish(
  { app, client, cookie, settings }: Oidc & { readonly settings: OidcSettings },
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const pending = readPending(request.cookies[cookie.name]);
  if (!pending) {
    const problem = 'Signing in was not started in this browser, or too long ago.';
    throw runyardError('api.oidc-refused', { problem });
  }
  const claims = await client.finish(new URL(request.url, addressOf(app)), pending);
  const decision = decideOidc(claims, settings);
  if (decision.kind === 'out') throw runyardError('api.oidc-refused', { problem: decision.why });
  const { name, role } = decision;
  await app.access.open(request, reply, { subject: `${settings.issuer} ${claims.sub}`, name, role });
  return { role, issuer: settings.issuer, subject: claims.sub };
}

function readPending(kept: string | undefined): Pending | null {
  try {
    const json: unknown = JSON.parse(Buffer.from(kept ?? '', 'base64url').toString('utf8'));
    return pendingSchema.parse(json);
  } catch {
    return null;
  }
}

async function orToPage(reply: FastifyReply, act: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RunyardError)) throw error;
    return reply.redirect(`${signInPage}?problem=${encodeURIComponent(error.code)}`);
  }
}
