import type { AccessSettings, OidcSettings } from '../api/access/settings.ts';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';

/** Throws `config.oidc-incomplete` for a provider that could let nobody in. */
export function accessSettings({ server, auth }: Config): AccessSettings {
  const { publicUrl, trustedProxies } = server;
  return { publicUrl, trustedProxies, oidc: oidcSettings(auth.oidc) };
}

function oidcSettings(oidc: Config['auth']['oidc']): OidcSettings | null {
  const { issuer, clientId, clientSecret, scope, defaultRole, ...policy } = oidc;
  if (issuer === null) return null;
  if (clientId === null) {
    const why = 'The provider knows this server by it.';
    throw runyardError('config.oidc-incomplete', { setting: 'auth.oidc.clientId', why });
  }
  const lists = [policy.allowedDomains, policy.allowedEmails, ...Object.values(policy.roles)];
  if (lists.every((list) => list.length === 0)) {
    const why = 'Nobody could sign in: name domains, addresses, or values of a claim that give a role.';
    throw runyardError('config.oidc-incomplete', { setting: 'auth.oidc.allowedDomains', why });
  }
  const role = defaultRole === 'none' ? null : defaultRole;
  return { ...policy, issuer, clientId, clientSecret, scope, defaultRole: role };
}
