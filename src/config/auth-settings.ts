import { z } from 'zod';
import { roles } from '../domain/role.ts';
import { section } from './section.ts';
import { choice, structure, text } from './setting.ts';

const word = z.string().min(1, 'must not be empty');
const ISSUER_PROBLEM =
  'must be an https URL (http only for this machine), exactly as the provider calls itself';

/** Signing in, besides one-time links and API tokens, which need no setting. */
export const authSettings = section({
  oidc: section({
    issuer: text(
      z
        .url({ protocol: /^https?$/, error: ISSUER_PROBLEM })
        .refine(isSafe, ISSUER_PROBLEM)
        .nullable()
        .default(null),
      {
        description:
          'The OpenID Connect provider that people sign in with. null: none. Register <address of this server>/auth/oidc/callback there.',
        type: 'URL or null',
        example: 'https://login.example.com',
        guarded: true,
      },
    ),
    clientId: text(word.nullable().default(null), {
      description: 'What the provider calls this server.',
      type: 'text or null',
      example: 'runyard',
      guarded: true,
    }),
    clientSecret: text(word.nullable().default(null), {
      description:
        'The secret the provider gave out with it. Better kept in the environment: RUNYARD_AUTH_OIDC_CLIENT_SECRET.',
      type: 'text or null',
      example: '…',
      secret: true,
      guarded: true,
    }),
    scope: text(word.default('openid profile email'), {
      description: 'What the provider is asked for; some want one more before they tell groups.',
      type: 'words',
      example: 'openid profile email groups',
      guarded: true,
    }),
    allowedDomains: structure(z.array(word).default([]), {
      description:
        'Whose addresses may sign in, by domain. Only addresses the provider calls verified count. With neither domains nor addresses, only a role by claim lets in.',
      type: 'list of domains',
      example: '[example.com]',
      guarded: true,
    }),
    allowedEmails: structure(z.array(word).default([]), {
      description: 'Single addresses that may sign in.',
      type: 'list of addresses',
      example: '[anna@example.com]',
      guarded: true,
    }),
    roleClaim: text(word.default('groups'), {
      description: 'The claim whose values give roles.',
      type: 'name of a claim',
      example: 'roles',
      guarded: true,
    }),
    roles: structure(z.partialRecord(z.enum(roles), z.array(word)).default({}), {
      description: 'Which values of that claim give which role; the strongest counts.',
      type: `{ ${roles.join(', ')}: list of values }`,
      example: '{ admin: [platform], operator: [developers] }',
      guarded: true,
    }),
    defaultRole: choice(['none', ...roles], 'viewer', {
      description: 'Role of those whose address is allowed and whose claim gives none.',
      guarded: true,
    }),
  }),
});

/** Who reads what the provider says could change it on the way. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
