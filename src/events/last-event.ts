import { type EventType, parseNewEvent, type RunEvent } from '../domain/events.ts';
import type { Db } from '../store/schema.ts';

/** The newest event of that kind in a run, however many there are of others. */
export async function lastEvent<T extends EventType>(
  db: Db,
  runId: string,
  type: T,
): Promise<Extract<RunEvent, { type: T }> | null> {
  const row = await db
    .selectFrom('run_events')
    .select(['seq', 'at', 'data'])
    .where('run_id', '=', runId)
    .where('type', '=', type)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const event = { ...parseNewEvent(type, row.data), runId, seq: row.seq, at: row.at };
  return event as Extract<RunEvent, { type: T }>;
}
