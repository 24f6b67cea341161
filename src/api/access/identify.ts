import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { createRecent, type Recent } from '../../lib/recent.ts';
import { hashOfSecret, isSecret } from '../../lib/secret.ts';
import { equal } from '../../lib/signed-token.ts';
import { useApiToken } from '../../store/access/api-tokens.ts';
import { type Session, useSession } from '../../store/access/sessions.ts';
import type { Db } from '../../store/schema.ts';
import { bearerOf } from '../authenticate.ts';
import type { Identity } from './identity.ts';
import { SEEN_AFTER_MS, SESSION_IDLE_MS } from './settings.ts';

export const TOKEN_PREFIX = 'ryd';
export const SESSION_PREFIX = 'rys';
const MOST_REMEMBERED = 1000;

export interface Identifier {
  /** null: nobody. Worker and gateway tokens are nobody here. */
  identify(request: FastifyRequest): Promise<Identity | null>;
  /** Something was revoked or ended: nothing that was known counts any more. */
  forget(): void;
}

export interface IdentifierOptions {
  readonly db: Db;
  /** The token of the data folder. */
  readonly ownerToken: string;
  readonly cookieName: string;
}

export function createIdentifier({ db, ownerToken, cookieName }: IdentifierOptions): Identifier {
  const recent: Recent<Identity> = createRecent({
    keepMs: SEEN_AFTER_MS,
    most: MOST_REMEMBERED,
    now: () => performance.now(),
  });
  return {
    async identify(request) {
      const bearer = bearerOf(request);
      if (bearer !== '') {
        if (equal(bearer, ownerToken)) return owner;
        if (!isSecret(bearer, TOKEN_PREFIX)) return null;
        const hash = hashOfSecret(bearer);
        return recent.get(hash, () => byToken(db, hash));
      }
      const cookie = request.cookies[cookieName] ?? '';
      if (!isSecret(cookie, SESSION_PREFIX)) return null;
      const hash = hashOfSecret(cookie);
      return recent.get(hash, () => bySession(db, hash));
    },
    forget: recent.forget,
  };
}

const owner: Identity = {
  kind: 'owner',
  id: null,
  name: 'owner',
  role: 'admin',
  expiresAt: null,
  csrfToken: null,
};

async function byToken(db: Db, hash: string): Promise<Identity | null> {
  const token = await useApiToken(db, hash);
  if (!token) return null;
  const { id, name, role, expiresAt } = token;
  return { kind: 'token', id, name, role, expiresAt, csrfToken: null };
}

async function bySession(db: Db, hash: string): Promise<Identity | null> {
  const session = await useSession(db, hash, SESSION_IDLE_MS);
  return session && identityOf(session);
}

export function identityOf({ id, name, role, expiresAt, csrfSecret }: Session): Identity {
  const csrfToken = createHmac('sha256', csrfSecret).update(`csrf.${id}`).digest('base64url');
  return { kind: 'session', id, name, role, expiresAt, csrfToken };
}
