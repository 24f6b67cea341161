import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { AccessSettings } from '../../src/api/access/settings.ts';
import {
  type AuditEntryView,
  accessRoutes,
  createTokenResponseSchema,
  csrfHeader,
  listAuditResponseSchema,
  meResponseSchema,
  signInLinkResponseSchema,
} from '../../src/api/contract.ts';
import { createApiServer } from '../../src/api/server.ts';
import type { Role } from '../../src/domain/role.ts';
import { identityCookie } from './access-cookies.ts';
import { testApiDependencies } from './api-dependencies.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

export const ownerToken = 'token-of-this-test';
export const signingKey = 'key-of-this-test';
const ownPage = { host: 'runyard.test', origin: 'http://runyard.test' };

export interface Asked extends Omit<InjectOptions, 'url' | 'method'> {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly token?: string;
}

/** A signed-in browser: what its pages send. */
export interface TestBrowser {
  readonly cookie: string;
  readonly csrfToken: string;
  /** As a page of our own would ask. */
  ask(url: string, asked?: Asked): Promise<LightMyRequestResponse>;
}

/** The API on a real database, asked without a network. */
export interface AccessServer {
  readonly database: TestDatabase;
  readonly api: FastifyInstance;
  readonly unexpected: readonly unknown[];
  ask(url: string, asked?: Asked): Promise<LightMyRequestResponse>;
  asOwner(url: string, asked?: Asked): Promise<LightMyRequestResponse>;
  makeToken(role: Role, expiresInDays?: number): Promise<{ id: string; secret: string }>;
  /** The code of a fresh one-time link. */
  makeLink(role?: Role, name?: string): Promise<string>;
  signIn(role?: Role, name?: string): Promise<TestBrowser>;
  /** Newest first. */
  audit(query?: string): Promise<AuditEntryView[]>;
  /** Another server on the same database: what one node knows, the other does not. */
  another(): Promise<FastifyInstance>;
  close(): Promise<void>;
}

export async function startAccessServer(access?: AccessSettings): Promise<AccessServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-access-'));
  const database = await startTestDatabase();
  const unexpected: unknown[] = [];
  const made: FastifyInstance[] = [];
  const make = async () => {
    const dependencies = testApiDependencies({
      queue: database.queue,
      folder,
      apiToken: ownerToken,
      signingKey,
      onUnexpected: (error) => unexpected.push(error),
    });
    const one = createApiServer({ ...dependencies, ...(access ? { access } : {}) });
    made.push(one);
    await one.ready();
    return one;
  };
  const api = await make();
  let people = 0;

  const ask = (url: string, { token, headers = {}, method = 'GET', ...rest }: Asked = {}) =>
    api.inject({
      url,
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...rest,
    });
  const asOwner = (url: string, asked: Asked = {}) => ask(url, { token: ownerToken, ...asked });
  const makeLink = async (role: Role = 'admin', name = 'anna') => {
    const answer = await asOwner(accessRoutes.signInLinks, { method: 'POST', payload: { role, name } });
    return new URL(signInLinkResponseSchema.parse(answer.json()).url).hash.slice(1);
  };
  return {
    database,
    api,
    unexpected,
    ask,
    asOwner,
    makeLink,
    async makeToken(role, expiresInDays = 30) {
      const payload = { name: `${role} of a test`, role, expiresInDays };
      const answer = await asOwner(accessRoutes.tokens, { method: 'POST', payload });
      const { token, secret } = createTokenResponseSchema.parse(answer.json());
      return { id: token.id, secret };
    },
    async signIn(role = 'admin', name = 'anna') {
      const payload = { code: await makeLink(role, name) };
      people += 1;
      const answer = await ask(accessRoutes.signIn, {
        method: 'POST',
        payload,
        headers: ownPage,
        // Each from an address of its own: ways in are limited per address.
        remoteAddress: `10.8.0.${people % 250}`,
      });
      const { csrfToken } = meResponseSchema.parse(answer.json());
      const cookie = identityCookie(answer);
      return {
        cookie,
        csrfToken: csrfToken ?? '',
        ask: (url, { headers = {}, ...asked } = {}) =>
          ask(url, {
            ...asked,
            headers: { ...ownPage, cookie, [csrfHeader]: csrfToken ?? '', ...headers },
          }),
      };
    },
    async audit(query = '') {
      const answer = await asOwner(`${accessRoutes.audit}?limit=200&${query}`);
      return listAuditResponseSchema.parse(answer.json()).entries;
    },
    another: make,
    async close() {
      for (const one of made) await one.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
