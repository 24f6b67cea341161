import { sql } from 'kysely';
import type { NewSystemEvent } from '../domain/system-events.ts';
import type { Db } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { SYSTEM_CHANNEL } from './channels.ts';

/** Stores it, in the caller's transaction if there is one. False: this occurrence was told before. */
export async function appendSystemEvent(db: Db, event: NewSystemEvent): Promise<boolean> {
  const { type, subject, occurrence = null, data } = event;
  const { rows } = await sql`
    with stored as (
      insert into system_events (type, subject, occurrence, data)
      values (${type}, ${subject}, ${occurrence}, ${toJson(data)}::jsonb)
      on conflict (type, subject, occurrence) where occurrence is not null do nothing
      returning id
    )
    select pg_notify(${SYSTEM_CHANNEL}, stored.id::text) from stored`.execute(db);
  return rows.length > 0;
}
