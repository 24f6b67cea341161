import { parseSystemEvent, type SystemEvent, systemEventTypeSchema } from '../domain/system-events.ts';
import type { Db } from '../store/schema.ts';

export interface SystemEventRange {
  /** Only those before this id; absent: the newest. */
  readonly before?: number;
  readonly limit: number;
  readonly subject?: string;
}

/** The newest first. Kinds that a newer version wrote and this one does not know are left out. */
export async function readSystemEvents(
  db: Db,
  { before, limit, subject }: SystemEventRange,
): Promise<SystemEvent[]> {
  let query = db
    .selectFrom('system_events')
    .select(['id', 'at', 'type', 'subject', 'occurrence', 'data'])
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  const known = (await query.execute()).filter((row) => systemEventTypeSchema.safeParse(row.type).success);
  return known.map(({ id, at, type, subject: about, occurrence, data }) => ({
    ...parseSystemEvent(type, about, data),
    ...(occurrence === null ? {} : { occurrence }),
    id,
    at,
  }));
}
