import { type RawBuilder, sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { EVENTS_CHANNEL } from './channels.ts';

/** An event with the place it came from, if a worker sent it. */
export interface OriginatedEvent {
  readonly event: NewEvent;
  readonly origin: { readonly epoch: number; readonly workerSeq: number; readonly ageMs: number } | null;
}

export interface NewEvents {
  readonly runId: string;
  readonly events: readonly OriginatedEvent[];
  /** Channels to tell at the commit, besides that of events. */
  readonly alsoTell?: readonly string[];
}

/**
 * Gives the events the next numbers of the run, stores them and tells the listeners at the commit. The run's row stays locked until the
 * transaction ends, which is what keeps `seq` free of gaps. One statement, because every change of a run pays for it.
 */
export async function insertEvents(tx: Tx, { runId, events, alsoTell = [] }: NewEvents): Promise<void> {
  const { rows } = await sql`
    with counted as (
      update runs set last_event_seq = last_event_seq + ${events.length} where id = ${runId} returning id, last_event_seq
    ), stored as (${storedAfter('counted', events)})
    select ${tellAll('counted', alsoTell)} from counted`.execute(tx);
  if (rows.length === 0) throw runyardError('run.not-found', { run: runId });
}

/** Inserts the events of the run in `counted`, a table expression with its `id` and a `last_event_seq` that counts them already. */
export function storedAfter(counted: string, events: readonly OriginatedEvent[]): RawBuilder<unknown> {
  const types = events.map(({ event }) => event.type);
  const data = events.map(({ event }) => toJson(event.data));
  const epochs = events.map(({ origin }) => origin?.epoch ?? null);
  const workerSeqs = events.map(({ origin }) => origin?.workerSeq ?? null);
  const ages = events.map(({ origin }) => origin?.ageMs ?? 0);
  return sql`
    insert into run_events (run_id, seq, type, data, epoch, worker_seq, at)
    select run.id, run.last_event_seq - ${events.length} + event.place, event.type, event.data::jsonb, event.epoch,
      event.worker_seq, ${atOf(events)}
    from ${sql.table(counted)} as run,
      unnest(${types}::text[], ${data}::text[], ${epochs}::int[], ${workerSeqs}::bigint[], ${ages}::int[])
        with ordinality as event (type, data, epoch, worker_seq, age_ms, place)`;
}

/** When it happened, which for a worker's events is a moment before now; never before the event that precedes it. */
function atOf(events: readonly OriginatedEvent[]): RawBuilder<unknown> {
  if (events.every(({ origin }) => origin === null)) return sql`runyard_now()`;
  return sql`greatest(
    runyard_now() - event.age_ms * interval '1 ms',
    (select before.at from run_events as before where before.run_id = run.id and before.seq = run.last_event_seq - ${events.length}))`;
}

/** Tells the channels of the run in `counted`; an expression for a select list. */
export function tellAll(counted: string, alsoTell: readonly string[]): RawBuilder<unknown> {
  const channels = [EVENTS_CHANNEL, ...alsoTell];
  return sql`(
    select bool_and(pg_notify(channel, ${sql.ref(`${counted}.id`)}) is not null)
    from unnest(${channels}::text[]) as channel) as told`;
}
