import { sql } from 'kysely';
import { type SystemEventData, systemEventDataSchemas } from '../domain/system-events.ts';
import type { Db } from '../store/schema.ts';

export interface LastOrphans extends Pick<SystemEventData<'orphans.found'>, 'counts' | 'left' | 'failures'> {
  readonly node: string;
  readonly at: Date;
}

/** What the newest pass of each node that found orphans did, in the last `days`. */
export async function lastOrphans(db: Db, days: number): Promise<LastOrphans[]> {
  const rows = await db
    .selectFrom('system_events')
    .distinctOn('subject')
    .select(['subject', 'at', 'data'])
    .where('type', '=', 'orphans.found')
    .where('at', '>', sql<Date>`runyard_now() - ${days} * interval '1 day'`)
    .orderBy('subject')
    .orderBy('id', 'desc')
    .execute();
  return rows.flatMap(({ subject, at, data }) => {
    const parsed = systemEventDataSchemas['orphans.found'].safeParse(data);
    if (!parsed.success) return [];
    const { counts, left, failures } = parsed.data;
    return [{ node: subject.replace(/^node:/, ''), at, counts, left, failures }];
  });
}
