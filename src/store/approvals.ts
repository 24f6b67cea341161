import { eventDataSchemas } from '../domain/events.ts';
import type { Db } from './schema.ts';

/** What a person approved last: a plan's hash, or the commit of an unverified change. null when nobody did. */
export async function approvedHash(db: Db, runId: string): Promise<string | null> {
  const row = await db
    .selectFrom('run_events')
    .select(['type', 'data'])
    .where('run_id', '=', runId)
    .where('type', 'in', ['plan.approved', 'change.accepted'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return row.type === 'plan.approved'
    ? eventDataSchemas['plan.approved'].parse(row.data).hash
    : eventDataSchemas['change.accepted'].parse(row.data).commit;
}
