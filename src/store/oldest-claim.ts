import type { Db } from './schema.ts';

/** When the longest running run of a node was claimed; null: none runs there. */
export async function oldestClaim(db: Db, nodeId: string): Promise<Date | null> {
  const row = await db
    .selectFrom('runs')
    .select('claimed_at as claimedAt')
    .where('state', '=', 'running')
    .where('node_id', '=', nodeId)
    .where('claimed_at', 'is not', null)
    .orderBy('claimed_at')
    .limit(1)
    .executeTakeFirst();
  return row?.claimedAt ?? null;
}
