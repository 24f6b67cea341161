import type { AttemptRecord } from '../domain/attempt.ts';
import type { LadderAction } from '../domain/ladder.ts';
import {
  blockingFindings,
  decideAfterReview,
  type ReviewPolicy,
  type ReviewRecord,
  requiredReviews,
} from '../domain/review.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { asksOf, unverifiedReason } from './guard-decision.ts';
import { runStage } from './run-stage.ts';
import { review } from './stages/review.ts';

export type Reviewed =
  | { readonly kind: 'deliver' }
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | Extract<LadderAction, { kind: 'attempt' }>;

/** Has the configured stages review what passed its checks, and gives what follows: delivery, another attempt, or a wait for a person. */
export async function reviewFirst(
  context: WorkerContext,
  progress: Progress,
  last: AttemptRecord,
): Promise<Reviewed> {
  const { spec, approvedHash } = context.assignment;
  const { commit } = last;
  if (commit === null) return { kind: 'deliver' };
  // A person who accepts it takes its checks upon himself, not a review that is required: it is made before he is asked.
  const isUnverified = last.outcome === 'unverifiable' && !spec.checks.allowUnverified;
  const policies = isUnverified ? requiredReviews(spec.reviews) : spec.reviews;
  for (;;) {
    const { attempts } = progress;
    const next = decideAfterReview({ policies, attempts, acceptedCommit: approvedHash });
    switch (next.kind) {
      case 'review': {
        const { stage, policy, round } = next;
        const record = await runStage({ context, progress, stage }, (signal) =>
          review({ context, progress, stage, policy, round, attempt: { ...last, commit }, signal }),
        );
        await keep(context, progress, { record, policy });
        break;
      }
      case 'send-back':
        return { kind: 'attempt', number: last.number + 1, rung: last.rung, reason: next.reason };
      case 'wait': {
        const verified = last.outcome === 'passed';
        const reason = isUnverified ? `${unverifiedReason(last)} ${next.reason}` : next.reason;
        const detail = { reason, planHash: null, commit, verified, ...asksOf(last) };
        return { kind: 'settle', request: { outcome: 'waiting', reason: 'approval', waitMs: null, detail } };
      }
      case 'deliver':
        for (const message of next.remarks)
          context.emit({ type: 'run.warning', data: { code: 'review.remark', message } });
        return { kind: 'deliver' };
    }
  }
}

/** Kept before it is told: a worker that dies in between may leave a review untold, but none is told twice (S9). */
async function keep(
  context: WorkerContext,
  progress: Progress,
  { record, policy }: { readonly record: ReviewRecord; readonly policy: ReviewPolicy },
): Promise<void> {
  const reviewed = progress.attempts.at(-1);
  if (!reviewed) return;
  const others = (reviewed.reviews ?? []).filter(({ stage }) => stage !== record.stage);
  progress.attempts = [...progress.attempts.slice(0, -1), { ...reviewed, reviews: [...others, record] }];
  await saveCheckpoint(context, progress);
  const { stage, round, model, status, summary, findings, error } = record;
  context.emit({
    type: 'review.finished',
    data: {
      stage,
      attempt: reviewed.number,
      round,
      model,
      status,
      blocking: blockingFindings(record, policy).length,
      findings: findings.map(({ severity, file, line, title }) => ({ severity, file, line, title })),
      summary: status === 'reviewed' ? summary : (error?.what ?? ''),
    },
  });
}
