import { type EventType, parseNewEvent, type RunEvent } from '../domain/events.ts';
import type { Db } from '../store/schema.ts';

const types = [
  'stage.started',
  'stage.finished',
  'attempt.started',
  'attempt.finished',
] as const satisfies readonly EventType[];
const MOST_EVENTS = 10_000;

/** When a stage or an attempt began or ended. `epoch` tells the worker: what another one repeats has the same numbers. */
export type TimelineEvent = Extract<RunEvent, { type: (typeof types)[number] }> & { readonly epoch: number };

/** The stages and attempts of a run in order. */
export async function readTimeline(db: Db, runId: string): Promise<TimelineEvent[]> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'at', 'type', 'data', 'epoch'])
    .where('run_id', '=', runId)
    .where('type', 'in', [...types])
    .orderBy('seq')
    .limit(MOST_EVENTS)
    .execute();
  return rows.map(
    ({ seq, at, type, data, epoch }) =>
      ({ ...parseNewEvent(type, data), runId, seq, at, epoch: epoch ?? 0 }) as TimelineEvent,
  );
}
