import { createHash } from 'node:crypto';
import type { OidcPolicy } from '../../domain/oidc-policy.ts';

/** Of an OpenID provider that may vouch for people. */
export interface OidcSettings extends OidcPolicy {
  readonly issuer: string;
  readonly clientId: string;
  /** null: a public client, which has none. */
  readonly clientSecret: string | null;
  readonly scope: string;
}

/** How people reach this server. */
export interface AccessSettings {
  /** The address in a browser, where it is not the one the server listens on. */
  readonly publicUrl: string | null;
  readonly oidc: OidcSettings | null;
  /** Addresses and networks whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
}

export const noSettings: AccessSettings = { publicUrl: null, oidc: null };

/** A session ends after a week, or when nobody used it for half a day. */
export const SESSION_MS = 7 * 24 * 60 * 60 * 1000;
export const SESSION_IDLE_MS = 12 * 60 * 60 * 1000;
export const LINK_MS = 10 * 60 * 1000;
/** Until another node notices that a token was revoked or a session ended; this one notices at once. */
export const SEEN_AFTER_MS = 5_000;

export interface Cookie {
  readonly name: string;
  readonly options: {
    readonly httpOnly: true;
    readonly secure: boolean;
    readonly sameSite: 'strict' | 'lax';
    readonly path: '/';
    /** Seconds. */
    readonly maxAge: number;
  };
}

/**
 * Of a session. Cookies know no ports, so that two servers of one machine would take each other's: without an address of its own each
 * server has a name of its own.
 */
export function sessionCookie({ publicUrl }: AccessSettings, nodeId: string): Cookie {
  const own = publicUrl === null ? `_${createHash('sha256').update(nodeId).digest('hex').slice(0, 8)}` : '';
  return cookieOf(publicUrl, `runyard_session${own}`, { sameSite: 'strict', maxAge: SESSION_MS / 1000 });
}

/** `Lax`, because the provider sends the browser back here from its own site. */
export function oidcCookie({ publicUrl }: AccessSettings, maxAge: number): Cookie {
  return cookieOf(publicUrl, 'runyard_oidc', { sameSite: 'lax', maxAge });
}

function cookieOf(
  publicUrl: string | null,
  name: string,
  { sameSite, maxAge }: Pick<Cookie['options'], 'sameSite' | 'maxAge'>,
): Cookie {
  const secure = publicUrl?.startsWith('https:') === true;
  // https://www.rfc-editor.org/rfc/rfc6265bis section 4.1.3.2: with this prefix no other host and no http page can set it.
  return {
    name: secure ? `__Host-${name}` : name,
    options: { httpOnly: true, secure, sameSite, path: '/', maxAge },
  };
}
