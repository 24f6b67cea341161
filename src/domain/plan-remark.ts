import { runyardError } from './errors/runyard-error.ts';
import type { NewEvent } from './events.ts';
import { type PlanAnswer, type PlanRevision, planPolicyOf, revisionsLeft } from './plan-review.ts';
import type { Run } from './run.ts';

/** What a person says of the plan that waits, which is never an approval (X14). */
export type PlanRemark =
  | { readonly kind: 'feedback'; readonly feedback: string }
  | { readonly kind: 'answers'; readonly answers: readonly PlanAnswer[] };

export interface RemarkedPlan {
  readonly run: Pick<Run, 'id' | 'spec' | 'state' | 'waitReason' | 'waitDetail'>;
  readonly revisions: readonly PlanRevision[];
}

/**
 * The event that sends a run back to its planner. Throws `plan.not-waiting`, `plan.other-waits`, `plan.no-such-question` or
 * `plan.too-many-revisions`.
 */
export function acceptRemark(
  { run, revisions }: RemarkedPlan,
  { planHash, by, remark }: { readonly planHash: string; readonly by: string; readonly remark: PlanRemark },
): NewEvent {
  const waiting = waitingPlan({ run, revisions });
  if (!waiting) throw runyardError('plan.not-waiting', { run: run.id, state: standing(run) });
  const { hash, plan } = waiting;
  if (hash !== planHash)
    throw runyardError('plan.other-waits', { run: run.id, given: planHash, expected: hash });
  if (remark.kind === 'answers') {
    const known = plan.openQuestions;
    const unknown = remark.answers.find(({ question }) => !known.includes(question));
    if (unknown)
      throw runyardError('plan.no-such-question', { run: run.id, question: unknown.question, known });
  }
  if (revisionsLeft(run.spec, revisions) === 0) {
    const most = planPolicyOf(run.spec).maxRevisions;
    throw runyardError('plan.too-many-revisions', { run: run.id, most, hash });
  }
  return remark.kind === 'feedback'
    ? { type: 'plan.sent-back', data: { hash, by, feedback: remark.feedback } }
    : { type: 'plan.answered', data: { hash, by, answers: [...remark.answers] } };
}

/** The revision a person has to decide about now; null when the run waits for something else, or not at all. */
export function waitingPlan({ run, revisions }: RemarkedPlan): PlanRevision | null {
  const forPerson = run.waitReason === 'approval' || run.waitReason === 'input';
  if (run.state !== 'waiting' || !forPerson) return null;
  const last = revisions.at(-1);
  return last && last.hash === run.waitDetail?.planHash ? last : null;
}

function standing({ state, waitReason, waitDetail }: RemarkedPlan['run']): string {
  if (state !== 'waiting') return state;
  return waitDetail ? `waiting: ${waitDetail.reason}` : `waiting for ${waitReason}`;
}
