import { type Plan, planHash } from '../domain/plan.ts';
import { decidePlanning, decidePlanWait } from '../domain/plan-review.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { runStage } from './run-stage.ts';
import { makePlan } from './stages/plan.ts';

/** Sees to it that the run has the plan a person wants, where one is asked for. Gives the wait for that person; null: go on. */
export async function planFirst(context: WorkerContext, progress: Progress): Promise<SettleRequest | null> {
  const { spec } = context.assignment;
  // What was begun was begun on a plan that counts.
  if (spec.plan.mode === 'off' || progress.attempts.length > 0) return null;
  const planning = decidePlanning(progress.plan, progress.revisions);
  if (planning.kind === 'keep') progress.plan = planning.plan;
  if (planning.kind === 'tell') propose(context, progress, planning.plan);
  if (planning.kind === 'make') {
    const planned = runStage({ context, progress, stage: 'plan' }, async (signal) =>
      propose(context, progress, await makePlan(context, progress, signal)),
    );
    await Promise.all([planned, progress.sayDoubts?.()]);
    await saveCheckpoint(context, progress);
  }
  const wait = decidePlanWait(spec, progress.revisions);
  return wait && { outcome: 'waiting', waitMs: null, ...wait };
}

function propose(context: WorkerContext, progress: Progress, plan: Plan): void {
  const hash = planHash(plan);
  const revision = (progress.revisions.at(-1)?.revision ?? 0) + 1;
  context.emit({ type: 'plan.proposed', data: { plan, hash, revision } });
  const proposedAt = context.clock.now().toISOString();
  progress.plan = plan;
  progress.revisions = [...progress.revisions, { revision, hash, plan, proposedAt, outcome: null }];
}
