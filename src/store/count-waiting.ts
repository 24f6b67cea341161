import { sql } from 'kysely';
import type { WaitReason } from '../domain/run-state.ts';
import type { Db } from './schema.ts';

/** How many runs wait, by what they wait for; reasons nobody waits for are left out. */
export async function countWaiting(db: Db): Promise<Readonly<Partial<Record<WaitReason, number>>>> {
  const { rows } = await sql<{ wait_reason: WaitReason; count: number }>`
    select wait_reason, count(*)::int as count from runs where state in ('waiting') group by wait_reason`.execute(
    db,
  );
  return Object.fromEntries(rows.map((row) => [row.wait_reason, row.count]));
}
