import type { EventData } from '../domain/events.ts';
import type { Rollback } from '../domain/run.ts';
import type { Db } from '../store/schema.ts';
import { appendEvents } from './append-events.ts';
import { lastEvent } from './last-event.ts';

/**
 * Writes down that a delivery was undone, once: asked again, it gives what was written the first time. A rollback nobody wrote down
 * (its node died after it, or a person undid the change by hand) is written down when it is found.
 */
export async function recordRollback(
  db: Db,
  runId: string,
  { changed, ...done }: EventData<'run.rolled-back'> & { readonly changed: boolean },
): Promise<Rollback> {
  return db.transaction().execute(async (tx) => {
    const earlier = changed ? null : await findRollback(tx, runId);
    if (earlier) return earlier;
    await appendEvents(tx, runId, [{ type: 'run.rolled-back', data: { ...done, found: !changed } }]);
    const recorded = await findRollback(tx, runId);
    if (!recorded) throw new Error('an event that was just written is not there');
    return recorded;
  });
}

/** How and when what the run delivered was undone; null: it was not. */
export async function findRollback(db: Db, runId: string): Promise<Rollback | null> {
  const event = await lastEvent(db, runId, 'run.rolled-back');
  if (!event) return null;
  const { found = false, ...rest } = event.data;
  return { ...rest, found, at: event.at };
}
