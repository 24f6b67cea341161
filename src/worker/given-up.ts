import type { AttemptRecord } from '../domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { LadderAction } from '../domain/ladder.ts';
import { decideReviewFallback } from '../domain/review-fallback.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { saveCheckpoint } from './checkpoint.ts';
import type { Progress, WorkerContext } from './context.ts';
import { asksOf } from './guard-decision.ts';

type GivenUp = Extract<LadderAction, { kind: 'give-up' }>;

export type Decided =
  | { readonly kind: 'settle'; readonly request: SettleRequest }
  | { readonly kind: 'deliver'; readonly attempt: AttemptRecord };

/** The end of the ladder: the run fails, unless only a review stood between an earlier attempt and its delivery (L2). */
export async function giveUp(context: WorkerContext, progress: Progress, action: GivenUp): Promise<Decided> {
  const { attempts } = progress;
  const fallback = decideReviewFallback({ policies: context.assignment.spec.reviews, attempts });
  if (!fallback) {
    const error = failureOf(attempts, action);
    return { kind: 'settle', request: { outcome: 'failed', attempts: attempts.length, error } };
  }
  const { attempt } = fallback;
  const { commit, bundle } = attempt;
  // What is looked at and delivered is this commit, whoever goes on with the run.
  progress.candidate = { commit, bundle, verified: true };
  await saveCheckpoint(context, progress);
  if (fallback.kind === 'wait') {
    const { reason } = fallback;
    const detail = { reason, planHash: null, commit, verified: true, ...asksOf(attempt) };
    return { kind: 'settle', request: { outcome: 'waiting', reason: 'approval', waitMs: null, detail } };
  }
  for (const message of fallback.remarks)
    context.emit({ type: 'run.warning', data: { code: 'review.remark', message } });
  return { kind: 'deliver', attempt };
}

/** One cause for all attempts is reported as itself; otherwise the last failure stands for the ladder. */
function failureOf(attempts: readonly AttemptRecord[], { last, because, words }: GivenUp): ErrorData {
  const codes = new Set(attempts.map((attempt) => attempt.error?.code ?? attempt.outcome));
  if (last.error && (codes.size === 1 || because === 'needs-human')) return last.error;
  return toErrorData(
    runyardError('run.ladder-exhausted', {
      attempts: attempts.length,
      lastFailure: describeFailure(last),
      standstill: because === 'used-up' || because === 'needs-human' ? null : words,
    }),
  );
}

function describeFailure({ verdict, error, outcome }: AttemptRecord): string {
  const failing = verdict?.results
    .filter((result) => result.status !== 'passed')
    .map((result) => result.check.name);
  const first = verdict?.introduced[0];
  if (failing && failing.length > 0) {
    return `${failing.join(', ')}${first ? `: ${first.file ?? ''}${first.line ? `:${first.line}` : ''} ${first.message}` : ''}`;
  }
  return error ? error.what : outcome;
}
