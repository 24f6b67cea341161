import { type EventType, parseNewEvent, type RunEvent } from '../domain/events.ts';
import type { Db } from '../store/schema.ts';

export interface TypedEventRange<T extends EventType> {
  readonly types: readonly T[];
  /** The seq of the last event already seen; 0 for the beginning. */
  readonly after?: number;
  readonly limit: number;
}

/** Events of a run of these kinds, in order. */
export async function readEventsOfTypes<T extends EventType>(
  db: Db,
  runId: string,
  { types, after = 0, limit }: TypedEventRange<T>,
): Promise<Extract<RunEvent, { type: T }>[]> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'at', 'type', 'data'])
    .where('run_id', '=', runId)
    .where('seq', '>', after)
    .where('type', 'in', [...types])
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(
    ({ seq, at, type, data }) =>
      ({ ...parseNewEvent(type, data), runId, seq, at }) as Extract<RunEvent, { type: T }>,
  );
}
