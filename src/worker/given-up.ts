import type { AttemptRecord } from '../domain/attempt.ts';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { LadderAction } from '../domain/ladder.ts';

type GivenUp = Extract<LadderAction, { kind: 'give-up' }>;

/** One cause for all attempts is reported as itself; otherwise the last failure stands for the ladder. */
export function failureOf(attempts: readonly AttemptRecord[], { last, because, words }: GivenUp): ErrorData {
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
