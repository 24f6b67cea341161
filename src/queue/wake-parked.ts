import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';

/** Ends the wait of the runs that are parked for it: the next look at deadlines queues them. What they did not wait is not counted. */
export async function wakeParked(db: Db, key: string): Promise<void> {
  await sql`
    with clock as materialized (select runyard_now() as now)
    update runs set
      parked_ms = greatest(0, parked_ms - (extract(epoch from wait_until - now) * 1000)::bigint),
      wait_until = now
    from clock
    where state = 'waiting' and wait_reason in ('quota', 'breaker') and wait_detail ->> 'breaker' = ${key}
      and wait_until > now`.execute(db);
}
