import type { FastifyInstance } from 'fastify';
import { waitingPlan } from '../../domain/plan-remark.ts';
import { type PlanRevision, revisionsLeft } from '../../domain/plan-review.ts';
import type { Run } from '../../domain/run.ts';
import { readPlanRevisions } from '../../events/plan-revisions.ts';
import { type PlanRevising, revisePlan } from '../../queue/revise-plan.ts';
import { findRun } from '../../store/runs.ts';
import { actorName } from '../access/identity.ts';
import type { PlanRevisionView, PlansResponse } from '../contract.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { implement } from '../operations/implement.ts';
import { answerQuestions, listPlans, sendBackPlan } from '../operations/plans.ts';
import { toRunView } from '../run-view.ts';

export function registerPlanRoutes(app: FastifyInstance, { queue, runChanged }: ApiDependencies): void {
  const { db } = queue.store;

  implement(app, listPlans, async ({ params }) => {
    const run = await findRun(db, params.id);
    return plansView(run, await readPlanRevisions(db, run.id));
  });

  const revise = async (id: string, said: Omit<PlanRevising, 'runId'>) => {
    const found = await findRun(db, id);
    const run = await revisePlan(queue, { runId: found.id, ...said });
    runChanged(run);
    return { run: toRunView(run) };
  };

  implement(app, sendBackPlan, async ({ params, body, request }) => {
    const { planHash, feedback, by = actorName(request) } = body;
    return revise(params.id, { planHash, by, remark: { kind: 'feedback', feedback } });
  });

  implement(app, answerQuestions, async ({ params, body, request }) => {
    const { planHash, answers, by = actorName(request) } = body;
    return revise(params.id, { planHash, by, remark: { kind: 'answers', answers } });
  });
}

function plansView(run: Run, revisions: readonly PlanRevision[]): PlansResponse {
  return {
    run: toRunView(run),
    revisions: revisions.map(revisionView),
    waiting: waitingView(run, revisions),
  };
}

function revisionView(
  revision: PlanRevision,
  index: number,
  revisions: readonly PlanRevision[],
): PlanRevisionView {
  return { ...revision, because: revisions[index - 1]?.outcome ?? null };
}

function waitingView(run: Run, revisions: readonly PlanRevision[]): PlansResponse['waiting'] {
  const waiting = waitingPlan({ run, revisions });
  if (!waiting || !run.waitUntil) return null;
  return {
    hash: waiting.hash,
    reason: run.waitReason === 'input' ? 'input' : 'approval',
    questions: run.waitDetail?.questions ?? [],
    until: run.waitUntil.toISOString(),
    revisionsLeft: revisionsLeft(run.spec, revisions),
  };
}
