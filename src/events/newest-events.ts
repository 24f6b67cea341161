import { sql } from 'kysely';
import { eventTypeSchema, parseNewEvent, type RunEvent } from '../domain/events.ts';
import type { Db } from '../store/schema.ts';

/** The last `limit` events of each run, in order. Kinds this version does not know are left out. */
export async function newestEvents(
  db: Db,
  runIds: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly RunEvent[]>> {
  const found = new Map<string, RunEvent[]>(runIds.map((id) => [id, []]));
  if (runIds.length === 0) return found;
  const { rows } = await sql<{ run_id: string; seq: number; at: Date; type: string; data: unknown }>`
    select wanted.run_id, last.* from unnest(${[...runIds]}::text[]) as wanted (run_id)
    cross join lateral (
      select seq, at, type, data from run_events where run_events.run_id = wanted.run_id order by seq desc limit ${limit}
    ) as last
    order by wanted.run_id, last.seq`.execute(db);
  for (const { run_id: runId, seq, at, type, data } of rows) {
    if (!eventTypeSchema.safeParse(type).success) continue;
    found.get(runId)?.push({ ...parseNewEvent(type, data), runId, seq, at });
  }
  return found;
}
