import type { z } from 'zod';
import {
  accessRoutes,
  type CreateSignInLinkRequest,
  type CreateTokenRequest,
  type CreateTokenResponse,
  createTokenResponseSchema,
  type ListAuditQuery,
  type ListAuditResponse,
  type ListSessionsResponse,
  type ListTokensQuery,
  type ListTokensResponse,
  listAuditResponseSchema,
  listSessionsResponseSchema,
  listTokensResponseSchema,
  type MeResponse,
  meResponseSchema,
  type SignInLinkResponse,
  signInLinkResponseSchema,
  signOutResponseSchema,
  type TokenResponse,
  tokenResponseSchema,
} from './contract.ts';
import { withQuery } from './query-text.ts';

/** The part of the API about who may do what, and who did. */
export interface AccessClient {
  me(): Promise<MeResponse>;
  tokens(query: ListTokensQuery): Promise<ListTokensResponse>;
  createToken(request: CreateTokenRequest): Promise<CreateTokenResponse>;
  revokeToken(id: string): Promise<TokenResponse>;
  sessions(): Promise<ListSessionsResponse>;
  endSession(id: string): Promise<{ ended: boolean }>;
  createSignInLink(request: CreateSignInLinkRequest): Promise<SignInLinkResponse>;
  audit(query: ListAuditQuery): Promise<ListAuditResponse>;
}

interface Ask {
  readonly get: <T>(schema: z.ZodType<T>, path: string) => Promise<T>;
  readonly post: <T>(schema: z.ZodType<T>, path: string, body: unknown) => Promise<T>;
  readonly remove: <T>(schema: z.ZodType<T>, path: string) => Promise<T>;
}

export function accessClient({ get, post, remove }: Ask): AccessClient {
  return {
    me: () => get(meResponseSchema, accessRoutes.me),
    tokens: (query) => get(listTokensResponseSchema, withQuery(accessRoutes.tokens, { ...query })),
    createToken: (request) => post(createTokenResponseSchema, accessRoutes.tokens, request),
    revokeToken: (id) =>
      remove(tokenResponseSchema, accessRoutes.token.replace(':id', encodeURIComponent(id))),
    sessions: () => get(listSessionsResponseSchema, accessRoutes.sessions),
    endSession: (id) =>
      remove(signOutResponseSchema, accessRoutes.session.replace(':id', encodeURIComponent(id))),
    createSignInLink: (request) => post(signInLinkResponseSchema, accessRoutes.signInLinks, request),
    audit: (query) => get(listAuditResponseSchema, withQuery(accessRoutes.audit, { ...query })),
  };
}
