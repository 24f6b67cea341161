import { sql } from 'kysely';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../schema.ts';
import { toText } from '../to-json.ts';

/** A token as it is kept: never itself. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewApiToken extends Pick<ApiToken, 'id' | 'name' | 'role' | 'createdBy'> {
  readonly hash: string;
  readonly lifeMs: number;
}

export async function insertApiToken(db: Db, { lifeMs, ...token }: NewApiToken): Promise<ApiToken> {
  return db
    .insertInto('api_tokens')
    .values({
      id: token.id,
      name: toText(token.name),
      hash: token.hash,
      role: token.role,
      created_by: toText(token.createdBy),
      expires_at: sql<Date>`runyard_now() + ${lifeMs} * interval '1 ms'`,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** The one with this hash, if it is good now. Notes that it was used, once a minute. */
export async function useApiToken(db: Db, hash: string): Promise<ApiToken | null> {
  const token = await db
    .selectFrom('api_tokens')
    .select([
      ...columns,
      sql<boolean>`last_used_at is null or last_used_at < runyard_now() - interval '1 minute'`.as('isStale'),
    ])
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .executeTakeFirst();
  if (!token) return null;
  const { isStale, ...found } = token;
  if (isStale) {
    await db
      .updateTable('api_tokens')
      .set({ last_used_at: sql<Date>`runyard_now()` })
      .where('id', '=', found.id)
      .execute();
  }
  return found;
}

export async function findApiToken(db: Db, id: string): Promise<ApiToken | null> {
  const token = await db
    .selectFrom('api_tokens')
    .select(columns)
    .where('id', '=', toText(id))
    .executeTakeFirst();
  return token ?? null;
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listApiTokens(
  db: Db,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<ApiToken[]> {
  let query = db
    .selectFrom('api_tokens')
    .select(columns)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from api_tokens where id = ${toText(before)})`,
    );
  return query.execute();
}

/** null: there is none. One that was revoked before keeps its time. */
export async function revokeApiToken(db: Db, id: string): Promise<ApiToken | null> {
  const revoked = await db
    .updateTable('api_tokens')
    .set({ revoked_at: sql<Date>`coalesce(revoked_at, runyard_now())` })
    .where('id', '=', toText(id))
    .returning(columns)
    .executeTakeFirst();
  return revoked ?? null;
}

/** Whether a token lets somebody in now. */
export async function hasActiveApiToken(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom('api_tokens')
    .select('id')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Names of those that are good and older than so many days, the oldest first. */
export async function oldApiTokens(db: Db, days: number): Promise<string[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select('name')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .where('created_at', '<=', sql<Date>`runyard_now() - ${days} * interval '1 day'`)
    .orderBy('created_at')
    .execute();
  return rows.map(({ name }) => name);
}

const columns = [
  'id',
  'name',
  'role',
  'created_at as createdAt',
  'created_by as createdBy',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;
