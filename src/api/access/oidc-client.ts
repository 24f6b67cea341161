import type { Configuration } from 'openid-client';
import { z } from 'zod';
import { messageOf, type RunyardError, runyardError } from '../../domain/errors/runyard-error.ts';
import { type Claims, mergeClaims } from '../../domain/oidc-policy.ts';
import type { OidcSettings } from './settings.ts';

/** What the browser keeps between leaving for the provider and coming back. */
export const pendingSchema = z.object({
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().min(1),
});
export type Pending = z.infer<typeof pendingSchema>;

/** Authorization code flow with PKCE, state and nonce (OpenID Connect Core, section 3.1). */
export interface OidcClient {
  /** Where the browser goes. Throws `api.oidc-unavailable`. */
  begin(redirectUri: string): Promise<{ url: string; pending: Pending }>;
  /** What the provider says of whoever came back; throws `api.oidc-refused` or `api.oidc-unavailable`. */
  finish(returned: URL, pending: Pending): Promise<Claims & { readonly sub: string }>;
}

const ANSWER_SECONDS = 10;

/** The library is loaded, and the provider asked what it can do, when the first person signs in. */
export function createOidcClient(settings: OidcSettings): OidcClient {
  let known: Promise<Configuration> | null = null;
  const configuration = () => {
    known ??= discover(settings).catch((error: unknown) => {
      // Asked again next time: it may be back.
      known = null;
      throw unavailable(settings, error);
    });
    return known;
  };
  return {
    async begin(redirectUri) {
      const config = await configuration();
      const oidc = await import('openid-client');
      const pending = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    },
    async finish(returned, { state, nonce, verifier }) {
      const config = await configuration();
      const oidc = await import('openid-client');
      try {
        const tokens = await oidc.authorizationCodeGrant(config, returned, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new Error('it gave no ID token');
        // Some tell the address, or what somebody is, only when asked for it.
        const isComplete = claims['email'] !== undefined && !lacksRole(claims, settings);
        if (isComplete || !config.serverMetadata().userinfo_endpoint) return claims;
        const userInfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
        return { ...mergeClaims(claims, userInfo), sub: claims.sub };
      } catch (error) {
        throw isAway(error) ? unavailable(settings, error) : refused(error);
      }
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const oidc = await import('openid-client');
  const url = new URL(issuer);
  const secretInBody = clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret);
  const found = await oidc.discovery(url, clientId, undefined, secretInBody, {
    timeout: ANSWER_SECONDS,
    // The setting lets plain http through for a provider of this machine only.
    execute: url.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
  });
  // OpenID Connect Discovery 1.0, section 3: without a word of the provider it is the header.
  const ways = found.serverMetadata().token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const config =
    clientSecret === null || ways.includes('client_secret_post')
      ? found
      : new oidc.Configuration(
          found.serverMetadata(),
          clientId,
          undefined,
          oidc.ClientSecretBasic(clientSecret),
        );
  config.timeout = ANSWER_SECONDS;
  if (url.protocol === 'http:') oidc.allowInsecureRequests(config);
  // The signature of the ID token is checked too, though it comes from the provider itself.
  oidc.enableNonRepudiationChecks(config);
  return config;
}

function lacksRole(claims: Claims, { roleClaim, roles }: OidcSettings): boolean {
  return claims[roleClaim] === undefined && Object.keys(roles).length > 0;
}

/** It did not answer, or not in time: nobody's fault who wants to sign in. */
function isAway(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (error instanceof TypeError && /fetch/.test(error.message)) || code === 'OAUTH_TIMEOUT';
}

function unavailable({ issuer }: OidcSettings, error: unknown): RunyardError {
  return runyardError('api.oidc-unavailable', { issuer, detail: detailOf(error) }, error);
}

function refused(error: unknown): RunyardError {
  return runyardError(
    'api.oidc-refused',
    { problem: `The OpenID provider's answer does not let you in: ${detailOf(error)}.` },
    error,
  );
}

function detailOf(error: unknown): string {
  const { error: code, error_description: description } = error as Record<string, unknown>;
  return typeof code === 'string' ? [code, description].filter(Boolean).join(', ') : messageOf(error);
}
