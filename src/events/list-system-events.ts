import type { Db } from '../store/schema.ts';

/** As it is stored; this version may not know its type. */
export interface StoredSystemEvent {
  readonly id: number;
  readonly at: Date;
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

export interface SystemEventPage {
  /** Only those with a higher id, the oldest first. */
  readonly after?: number | undefined;
  /** Only those with a lower id, the newest first; so are they without either. */
  readonly before?: number | undefined;
  readonly subject?: string | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
}

export async function listSystemEvents(
  db: Db,
  { after, before, subject, type, limit }: SystemEventPage,
): Promise<StoredSystemEvent[]> {
  let query = db
    .selectFrom('system_events')
    .select(['id', 'at', 'type', 'subject', 'data'])
    .orderBy('id', after === undefined ? 'desc' : 'asc')
    .limit(limit);
  if (after !== undefined) query = query.where('id', '>', after);
  if (before !== undefined) query = query.where('id', '<', before);
  if (subject !== undefined) query = query.where('subject', '=', subject);
  if (type !== undefined) query = query.where('type', '=', type);
  return query.execute();
}
