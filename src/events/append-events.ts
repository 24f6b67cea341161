import type { NewEvent } from '../domain/events.ts';
import type { Tx } from '../store/schema.ts';
import { insertEvents } from './insert-events.ts';

/** Appends in the caller's transaction: events and the change they tell of are stored together or not at all. */
export async function appendEvents(tx: Tx, runId: string, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await insertEvents(tx, { runId, events: events.map((event) => ({ event, origin: null })) });
}
