import { sql } from 'kysely';
import type { Role } from '../../domain/role.ts';
import type { Db } from '../schema.ts';
import { toText } from '../to-json.ts';

export interface NewSignInLink {
  readonly hash: string;
  readonly name: string;
  readonly role: Role;
  readonly lifeMs: number;
}

/** Gives when it ends. */
export async function insertSignInLink(db: Db, { lifeMs, ...link }: NewSignInLink): Promise<Date> {
  const { expiresAt } = await db
    .insertInto('sign_in_links')
    .values({
      hash: link.hash,
      name: toText(link.name),
      role: link.role,
      expires_at: sql<Date>`runyard_now() + ${lifeMs} * interval '1 ms'`,
    })
    .returning('expires_at as expiresAt')
    .executeTakeFirstOrThrow();
  return expiresAt;
}

/** Whose session it opens; null when it is over, was used, or never was. Of two at once, one gets it. */
export async function useSignInLink(db: Db, hash: string): Promise<{ name: string; role: Role } | null> {
  const used = await db
    .updateTable('sign_in_links')
    .set({ used_at: sql<Date>`runyard_now()` })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .returning(['name', 'role'])
    .executeTakeFirst();
  return used ?? null;
}

/** Whether anybody but the owner of the machine was ever let in: by a session, a used link or a token. */
export async function wasAnybodyLetIn(db: Db): Promise<boolean> {
  const { rows } = await sql<{ was: boolean }>`
    select exists (select from sessions) or exists (select from api_tokens)
      or exists (select from sign_in_links where used_at is not null) as was`.execute(db);
  return rows[0]?.was === true;
}
