import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** Who does for all nodes what only one may do, and since when (S8). */
export interface SingletonLease {
  readonly name: string;
  /** The id of a node. */
  readonly holder: string;
  readonly since: Date;
  readonly expiresAt: Date;
}

export interface HoldSingleton {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
}

/**
 * Takes or prolongs the lease, by the database's time. False: another node has it. Call it before each round of the duty, and let a round
 * take less than `ttlMs`: the lease says who begins, it does not stop one who is late.
 */
export async function holdSingleton(db: Db, { name, holder, ttlMs }: HoldSingleton): Promise<boolean> {
  const { rows } = await sql`
    with clock as materialized (select runyard_now() as now)
    insert into singleton_leases as lease (name, holder, since, expires_at)
    select ${name}, ${holder}, now, now + ${ttlMs} * interval '1 ms' from clock
    on conflict (name) do update set
      holder = excluded.holder,
      since = case when lease.holder = excluded.holder and lease.expires_at > excluded.since then lease.since else excluded.since end,
      expires_at = excluded.expires_at
    where lease.holder = excluded.holder or lease.expires_at <= excluded.since
    returning lease.holder`.execute(db);
  return rows.length === 1;
}

/** The duty is done for now: another node may take its turn. */
export async function releaseSingleton(
  db: Db,
  { name, holder }: Pick<HoldSingleton, 'name' | 'holder'>,
): Promise<void> {
  await db.deleteFrom('singleton_leases').where('name', '=', name).where('holder', '=', holder).execute();
}

/** A holder that stops in good order: another node may take over at once. */
export async function releaseSingletons(db: Db, holder: string): Promise<void> {
  await db.deleteFrom('singleton_leases').where('holder', '=', holder).execute();
}

/** Those that are held now. */
export async function listSingletons(db: Db): Promise<SingletonLease[]> {
  return db
    .selectFrom('singleton_leases')
    .select(['name', 'holder', 'since', 'expires_at as expiresAt'])
    .where('expires_at', '>', sql<Date>`runyard_now()`)
    .orderBy('name')
    .execute();
}
