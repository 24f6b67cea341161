import { eventTypeSchema, parseNewEvent, type RunEvent } from '../domain/events.ts';
import type { Db } from '../store/schema.ts';

export interface EventRange {
  /** The seq of the last event already seen; 0 for the beginning. */
  readonly after: number;
  readonly limit: number;
}

/** Events of a run in order. Kinds that a newer version wrote and this one does not know are left out. */
export async function readEvents(db: Db, runId: string, { after, limit }: EventRange): Promise<RunEvent[]> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'at', 'type', 'data'])
    .where('run_id', '=', runId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  const known = rows.filter((row) => eventTypeSchema.safeParse(row.type).success);
  return known.map(({ seq, at, type, data }) => ({ ...parseNewEvent(type, data), runId, seq, at }));
}
