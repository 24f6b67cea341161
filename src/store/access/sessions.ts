import { sql } from 'kysely';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../schema.ts';
import { toText } from '../to-json.ts';

/** A person who signed in. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly csrfSecret: string;
  readonly expiresAt: Date;
}

export interface NewSession extends Pick<Session, 'id' | 'name' | 'role' | 'csrfSecret'> {
  readonly hash: string;
  readonly subject: string;
  readonly lifeMs: number;
  readonly originAddress: string;
}

/** Also forgets those that are over for a month: the audit log says who signed in when. */
export async function insertSession(db: Db, { lifeMs, ...session }: NewSession): Promise<Session> {
  await db
    .deleteFrom('sessions')
    .where('expires_at', '<', sql<Date>`runyard_now() - interval '30 days'`)
    .execute();
  return db
    .insertInto('sessions')
    .values({
      id: session.id,
      hash: session.hash,
      subject: toText(session.subject),
      name: toText(session.name),
      role: session.role,
      csrf_secret: session.csrfSecret,
      origin_address: session.originAddress,
      expires_at: sql<Date>`runyard_now() + ${lifeMs} * interval '1 ms'`,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** The one with this hash, if it is good now and was not left alone for `idleMs`. Notes that it was seen, once a minute. */
export async function useSession(db: Db, hash: string, idleMs: number): Promise<Session | null> {
  const session = await db
    .selectFrom('sessions')
    .select([...columns, sql<boolean>`last_seen_at < runyard_now() - interval '1 minute'`.as('isStale')])
    .where('hash', '=', hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .where('last_seen_at', '>', sql<Date>`runyard_now() - ${idleMs} * interval '1 ms'`)
    .executeTakeFirst();
  if (!session) return null;
  const { isStale, ...found } = session;
  if (isStale) {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: sql<Date>`runyard_now()` })
      .where('id', '=', found.id)
      .execute();
  }
  return found;
}

/** False: none of that id was open. */
export async function endSession(db: Db, id: string): Promise<boolean> {
  const ended = await db
    .updateTable('sessions')
    .set({ ended_at: sql<Date>`runyard_now()` })
    .where('id', '=', toText(id))
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}

/** What an admin sees of it. */
export interface OpenSession extends Omit<Session, 'csrfSecret'> {
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string;
}

/** Newest first. `before`: the id of the last one of the page before. */
export async function listSessions(
  db: Db,
  { limit, before, idleMs }: { limit: number; before?: string | undefined; idleMs: number },
): Promise<OpenSession[]> {
  let query = db
    .selectFrom('sessions')
    .select([
      'id',
      'name',
      'role',
      'created_at as createdAt',
      'last_seen_at as lastSeenAt',
      'expires_at as expiresAt',
      'origin_address as address',
    ])
    .where('ended_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .where('last_seen_at', '>', sql<Date>`runyard_now() - ${idleMs} * interval '1 ms'`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from sessions where id = ${toText(before)})`,
    );
  return query.execute();
}

const columns = ['id', 'name', 'role', 'csrf_secret as csrfSecret', 'expires_at as expiresAt'] as const;
