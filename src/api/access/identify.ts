import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { createKeyMemory } from '../../lib/key-memory.ts';
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
const MOST_SEEN = 5000;
const SEEN_MS = 24 * 60 * 60_000;
const GUESSED_MS = 60_000;

export interface Identifier {
  /** null: nobody. Worker and gateway tokens are nobody here. `beforeUnseen` may throw before the database is asked about a secret that was never good here. */
  identify(request: FastifyRequest, beforeUnseen?: () => Promise<void>): Promise<Identity | null>;
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
  const seen = createKeyMemory({ keepMs: SEEN_MS, most: MOST_SEEN, now: () => performance.now() });
  // A secret is random: what nobody has does not become somebody's.
  const guessed = createKeyMemory({ keepMs: GUESSED_MS, most: MOST_SEEN, now: () => performance.now() });
  const asked = new Map<string, Promise<Identity | null>>();
  const ask = async (hash: string, { load, beforeUnseen }: Lookup) => {
    if (guessed.has(hash)) return null;
    if (!seen.has(hash)) await beforeUnseen?.();
    const found = await load(db, hash);
    (found ? seen : guessed).add(hash);
    return found;
  };
  // One question, and one that counts, for all who come from one place with one secret at once: a program that opens many streams guesses nothing.
  const askOnce = (hash: string, lookup: Lookup) => {
    const key = `${lookup.address} ${hash}`;
    const answer = asked.get(key) ?? ask(hash, lookup);
    asked.set(key, answer);
    return answer.finally(() => {
      if (asked.get(key) === answer) asked.delete(key);
    });
  };
  const find = (hash: string, lookup: Lookup) => recent.get(hash, () => askOnce(hash, lookup));
  return {
    async identify(request, beforeUnseen) {
      const asker = { address: request.ip, beforeUnseen };
      const bearer = bearerOf(request);
      if (bearer !== '') {
        if (equal(bearer, ownerToken)) return owner;
        if (!isSecret(bearer, TOKEN_PREFIX)) return null;
        return find(hashOfSecret(bearer), { ...asker, load: byToken });
      }
      const cookie = request.cookies[cookieName] ?? '';
      if (!isSecret(cookie, SESSION_PREFIX)) return null;
      return find(hashOfSecret(cookie), { ...asker, load: bySession });
    },
    forget() {
      asked.clear();
      recent.forget();
    },
  };
}

interface Lookup {
  readonly address: string;
  readonly load: (db: Db, hash: string) => Promise<Identity | null>;
  readonly beforeUnseen: (() => Promise<void>) | undefined;
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
