import type { Db } from './schema.ts';

/** What the owner of a run said last. */
export interface RunActivity {
  readonly text: string;
  readonly at: Date;
}

/** null: nobody owns it, or its owner has not said anything yet. */
export async function runActivity(db: Db, runId: string): Promise<RunActivity | null> {
  const row = await db
    .selectFrom('runs')
    .select(['last_activity', 'last_activity_at'])
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return row?.last_activity_at ? { text: row.last_activity ?? '', at: row.last_activity_at } : null;
}
