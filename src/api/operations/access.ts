import { z } from 'zod';
import {
  accessRoutes,
  createSignInLinkRequestSchema,
  createTokenRequestSchema,
  createTokenResponseSchema,
  csrfHeader,
  listAuditQuerySchema,
  listAuditResponseSchema,
  listSessionsResponseSchema,
  listTokensQuerySchema,
  listTokensResponseSchema,
  meResponseSchema,
  signInLinkResponseSchema,
  signInRequestSchema,
  signInWaysSchema,
  signOutResponseSchema,
  tokenResponseSchema,
} from '../contract.ts';
import { defineOperation } from './operation.ts';

export const getMe = defineOperation({
  id: 'getMe',
  method: 'GET',
  path: accessRoutes.me,
  tag: 'access',
  access: 'viewer',
  summary: 'Who asks, with which role, until when',
  answers: { 200: { description: 'Who the token or the session belongs to.', schema: meResponseSchema } },
});

export const getSignInWays = defineOperation({
  id: 'getSignInWays',
  method: 'GET',
  path: accessRoutes.signIn,
  tag: 'access',
  access: 'public',
  summary: 'How a person can sign in',
  answers: { 200: { description: 'The ways of this server.', schema: signInWaysSchema } },
});

export const signIn = defineOperation({
  id: 'signIn',
  method: 'POST',
  path: accessRoutes.signIn,
  tag: 'access',
  access: 'public',
  isAttempt: true,
  recorded: ['role', 'expiresAt'],
  summary: 'Exchange the code of a one-time link for a session',
  description: `The session is a cookie that scripts cannot read. Requests that change something also send the header ${csrfHeader} with \`csrfToken\`.`,
  body: signInRequestSchema,
  answers: { 200: { description: 'Signed in; the cookie is set.', schema: meResponseSchema } },
  refusals: {
    401: 'The code was used already, is over, or never was one.',
    403: 'It came from another site.',
    429: 'Too many attempts from one address.',
  },
});

export const signOut = defineOperation({
  id: 'signOut',
  method: 'POST',
  path: accessRoutes.signOut,
  tag: 'access',
  access: 'viewer',
  summary: 'End the session of this request',
  answers: { 200: { description: 'It is over on every node.', schema: signOutResponseSchema } },
});

export const createSignInLink = defineOperation({
  id: 'createSignInLink',
  method: 'POST',
  path: accessRoutes.signInLinks,
  tag: 'access',
  access: 'admin',
  recorded: ['name', 'role', 'expiresAt'],
  summary: 'Make a link that signs one person in, once',
  body: createSignInLinkRequestSchema,
  answers: { 201: { description: 'The link, good for ten minutes.', schema: signInLinkResponseSchema } },
});

export const createToken = defineOperation({
  id: 'createToken',
  method: 'POST',
  path: accessRoutes.tokens,
  tag: 'access',
  access: 'admin',
  summary: 'Make an API token',
  body: createTokenRequestSchema,
  answers: { 201: { description: 'The token; this once.', schema: createTokenResponseSchema } },
});

export const listTokens = defineOperation({
  id: 'listTokens',
  method: 'GET',
  path: accessRoutes.tokens,
  tag: 'access',
  access: 'admin',
  summary: 'API tokens, the newest first',
  query: listTokensQuerySchema,
  answers: {
    200: { description: 'One page, without the tokens themselves.', schema: listTokensResponseSchema },
  },
});

export const revokeToken = defineOperation({
  id: 'revokeToken',
  method: 'DELETE',
  path: accessRoutes.token,
  tag: 'access',
  access: 'admin',
  summary: 'Revoke an API token',
  description: 'At once on this node, within seconds on others. One that is revoked already stays as it is.',
  params: z.object({ id: z.string().min(1).max(64).describe('The id of a token.') }),
  answers: { 200: { description: 'The token, revoked.', schema: tokenResponseSchema } },
  refusals: { 404: 'There is no such token.' },
});

export const listSessions = defineOperation({
  id: 'listSessions',
  method: 'GET',
  path: accessRoutes.sessions,
  tag: 'access',
  access: 'admin',
  summary: 'Sessions that are open, the newest first',
  query: listTokensQuerySchema,
  answers: { 200: { description: 'One page.', schema: listSessionsResponseSchema } },
});

export const endSession = defineOperation({
  id: 'endSession',
  method: 'DELETE',
  path: accessRoutes.session,
  tag: 'access',
  access: 'admin',
  recorded: ['ended'],
  summary: "End somebody's session",
  params: z.object({ id: z.string().min(1).max(64).describe('The id of a session.') }),
  answers: { 200: { description: 'It is over.', schema: signOutResponseSchema } },
});

export const listAudit = defineOperation({
  id: 'listAudit',
  method: 'GET',
  path: accessRoutes.audit,
  tag: 'access',
  access: 'admin',
  summary: 'What was done with privileges: by whom, to what, when, from where, with which result',
  query: listAuditQuerySchema,
  answers: { 200: { description: 'One page, the newest first.', schema: listAuditResponseSchema } },
});

export const accessOperations = [
  getMe,
  getSignInWays,
  signIn,
  signOut,
  createSignInLink,
  createToken,
  listTokens,
  revokeToken,
  listSessions,
  endSession,
  listAudit,
];
