import { type EventData, eventDataSchemas } from '../domain/events.ts';
import type { Db } from './schema.ts';

/** What persons said when they were asked after an attempt, the oldest first. */
export async function attemptAnswers(db: Db, runId: string): Promise<EventData<'run.answered'>[]> {
  const rows = await db
    .selectFrom('run_events')
    .select('data')
    .where('run_id', '=', runId)
    .where('type', '=', 'run.answered')
    .orderBy('seq', 'asc')
    .execute();
  return rows.map(({ data }) => eventDataSchemas['run.answered'].parse(data));
}
