import { sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { EVENTS_CHANNEL } from './channels.ts';

/** An event with the place it came from, if a worker sent it. */
export interface OriginatedEvent {
  readonly event: NewEvent;
  readonly origin: { readonly epoch: number; readonly workerSeq: number } | null;
}

/**
 * Gives the events the next numbers of the run and stores them. The run's row stays locked until the transaction ends, which is what
 * keeps `seq` free of gaps. Listeners are told at the commit.
 */
export async function insertEvents(tx: Tx, runId: string, events: readonly OriginatedEvent[]): Promise<void> {
  const run = await tx
    .updateTable('runs')
    .set((eb) => ({ last_event_seq: eb('last_event_seq', '+', events.length) }))
    .where('id', '=', runId)
    .returning('last_event_seq')
    .executeTakeFirst();
  if (!run) throw runyardError('run.not-found', { run: runId });
  const first = run.last_event_seq - events.length + 1;
  const rows = events.map(({ event, origin }, index) => ({
    run_id: runId,
    seq: first + index,
    type: event.type,
    data: toJson(event.data),
    epoch: origin?.epoch ?? null,
    worker_seq: origin?.workerSeq ?? null,
  }));
  await tx.insertInto('run_events').values(rows).execute();
  await sql`select pg_notify(${EVENTS_CHANNEL}, ${runId})`.execute(tx);
}
