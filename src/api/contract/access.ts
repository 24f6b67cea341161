import { z } from 'zod';
import { actorKinds, auditOutcomes, originVias } from '../../domain/actor.ts';
import { roles } from '../../domain/role.ts';
import { instant } from './instant.ts';

export const accessRoutes = {
  me: '/api/v1/me',
  signIn: '/api/v1/sign-in',
  signOut: '/api/v1/sign-out',
  signInLinks: '/api/v1/sign-in-links',
  tokens: '/api/v1/tokens',
  token: '/api/v1/tokens/:id',
  sessions: '/api/v1/sessions',
  session: '/api/v1/sessions/:id',
  audit: '/api/v1/audit',
} as const;

/** Not of the API but for browsers: sends the browser to the OpenID provider, and takes it back. */
export const oidcPaths = { start: '/auth/oidc/start', callback: '/auth/oidc/callback' } as const;

/**
 * Where the dashboard takes a one-time link: the code stands in the fragment, which no log ever sees. `?problem=<code of an error>`: signing in
 * with the OpenID provider did not work.
 */
export const signInPage = '/sign-in';

/** What a session sends with every request that changes something; the value is in the answer of `me` and `signIn`. */
export const csrfHeader = 'x-runyard-csrf';

export const mostAuditEntriesPerPage = 200;
export const mostTokensPerPage = 200;
export const longestTokenDays = 3650;

const name = z.string().trim().min(1).max(100);
const roleSchema = z.enum(roles);

/** GET /api/v1/me. */
export const meResponseSchema = z.object({
  kind: z.enum(actorKinds),
  name: z.string(),
  role: roleSchema,
  via: z.enum(originVias),
  /** null: it is no session, so there is nothing to forge. */
  csrfToken: z.string().nullable(),
  /** null: the token of the data folder, which does not end. */
  expiresAt: instant.nullable(),
});
export type MeResponse = z.infer<typeof meResponseSchema>;

/** GET /api/v1/sign-in: which ways there are. `oidc` is where a browser goes for it. */
export const signInWaysSchema = z.object({ link: z.literal(true), oidc: z.string().nullable() });
export type SignInWays = z.infer<typeof signInWaysSchema>;
/** POST /api/v1/sign-in: the code of a one-time link for a session, which comes as a cookie. */
export const signInRequestSchema = z.strictObject({ code: z.string().min(1).max(200) });
/** POST /api/v1/sign-out, DELETE /api/v1/sessions/:id. `ended` false: there was none that was open. */
export const signOutResponseSchema = z.object({ ended: z.boolean() });

/** POST /api/v1/sign-in-links. */
export const createSignInLinkRequestSchema = z.strictObject({
  name: name.optional().describe('Whose session it will be; who asks, if absent.'),
  role: roleSchema.default('admin'),
});
export type CreateSignInLinkRequest = z.input<typeof createSignInLinkRequestSchema>;
export const signInLinkResponseSchema = z.object({ url: z.url(), role: roleSchema, expiresAt: instant });
export type SignInLinkResponse = z.infer<typeof signInLinkResponseSchema>;

export const tokenViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  /** To the minute. */
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
  ageDays: z.number().int(),
  /** Active, and so old that it should be replaced. */
  isOld: z.boolean(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;
/** POST /api/v1/tokens. */
export const createTokenRequestSchema = z.strictObject({
  name,
  role: roleSchema,
  expiresInDays: z.int().min(1).max(longestTokenDays).default(90),
});
export type CreateTokenRequest = z.input<typeof createTokenRequestSchema>;
/** `secret` is shown this once; only its hash is kept. */
export const createTokenResponseSchema = z.object({ token: tokenViewSchema, secret: z.string() });
export type CreateTokenResponse = z.infer<typeof createTokenResponseSchema>;
export const tokenResponseSchema = z.object({ token: tokenViewSchema });
export type TokenResponse = z.infer<typeof tokenResponseSchema>;
/** GET /api/v1/tokens: newest first. */
export const listTokensQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(mostTokensPerPage).default(mostTokensPerPage),
  before: z.string().max(64).optional().describe('`next` of the page before.'),
});
export type ListTokensQuery = Partial<z.output<typeof listTokensQuerySchema>>;
export const listTokensResponseSchema = z.object({
  tokens: z.array(tokenViewSchema),
  next: z.string().nullable(),
});
export type ListTokensResponse = z.infer<typeof listTokensResponseSchema>;

export const sessionViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: instant,
  /** To the minute. */
  lastSeenAt: instant,
  expiresAt: instant,
  /** Where it was opened from. */
  address: z.string(),
  /** It is the one that asks. */
  isOwn: z.boolean(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
/** GET /api/v1/sessions: those that are open, newest first. */
export const listSessionsResponseSchema = z.object({
  sessions: z.array(sessionViewSchema),
  next: z.string().nullable(),
});
export type ListSessionsResponse = z.infer<typeof listSessionsResponseSchema>;

const filterText = z.string().min(1).max(200);
/** GET /api/v1/audit: newest first. */
export const listAuditQuerySchema = z.strictObject({
  actor: filterText.optional().describe('The name of who acted.'),
  action: filterText.optional().describe('The operation, such as cancelRun.'),
  target: filterText.optional().describe('What it was done to, such as run:<id> or token:<id>.'),
  since: instant.optional().describe('At that time or later.'),
  until: instant.optional().describe('Before that time.'),
  reads: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Also what only read (the audit log itself, the list of tokens).'),
  limit: z.coerce.number().int().min(1).max(mostAuditEntriesPerPage).default(50),
  before: z.coerce.number().int().min(1).optional().describe('Only older ones than this id: `next`.'),
});
export type ListAuditQuery = Partial<z.output<typeof listAuditQuerySchema>>;
export const auditEntryViewSchema = z.object({
  id: z.number().int(),
  at: instant,
  actor: z.object({
    kind: z.enum(actorKinds),
    name: z.string(),
    /** Of the token or of the session; null for the others. */
    id: z.string().nullable(),
    role: roleSchema.nullable(),
  }),
  /** The id of the operation. */
  action: z.string(),
  method: z.string(),
  /** `run:<id>`, `token:<id>`; null when there is none. */
  target: z.string().nullable(),
  outcome: z.enum(auditOutcomes),
  /** Why it was refused or failed: the code of an error. */
  error: z.string().nullable(),
  origin: z.object({
    address: z.string(),
    userAgent: z.string().nullable(),
    via: z.enum(originVias),
  }),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  requestId: z.string(),
});
export type AuditEntryView = z.infer<typeof auditEntryViewSchema>;
export const listAuditResponseSchema = z.object({
  entries: z.array(auditEntryViewSchema),
  /** `before` of the next page; null: this is the last one. */
  next: z.number().int().nullable(),
});
export type ListAuditResponse = z.infer<typeof listAuditResponseSchema>;
