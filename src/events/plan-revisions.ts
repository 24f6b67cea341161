import type { EventType } from '../domain/events.ts';
import { parseNewEvent } from '../domain/events.ts';
import { type PlanRevision, planRevisions } from '../domain/plan-review.ts';
import type { Db } from '../store/schema.ts';

const ofPlans = [
  'plan.proposed',
  'plan.approved',
  'plan.sent-back',
  'plan.answered',
] as const satisfies readonly EventType[];

/** Every revision of a run's plan, the first one first, with what was decided about it. */
export async function readPlanRevisions(db: Db, runId: string): Promise<PlanRevision[]> {
  const rows = await db
    .selectFrom('run_events')
    .select(['seq', 'at', 'type', 'data'])
    .where('run_id', '=', runId)
    .where('type', 'in', ofPlans)
    .orderBy('seq')
    .execute();
  return planRevisions(
    rows.map(({ seq, at, type, data }) => ({ ...parseNewEvent(type, data), runId, seq, at })),
  );
}
