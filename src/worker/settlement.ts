import { RunyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import { providerTrouble } from '../domain/provider-trouble.ts';
import type { SettleRequest } from '../protocol/worker.ts';

/** What a thrown error means for the run; null when the run is not ours any more. */
export function settlementFor(error: unknown, attempts: number): SettleRequest | null {
  const decisive = decisiveCause(error);
  const code = decisive instanceof RunyardError ? decisive.code : null;
  if (code === 'run.stale-owner') return null;
  const data = toErrorData(decisive);
  const trouble = providerTrouble(data, null);
  if (trouble) return { outcome: 'parked', attempts, trouble, cause: data };
  const outcome = outcomes[code ?? ''] ?? 'failed';
  return { outcome, attempts, error: data };
}

/** A stop reaches the pipeline as the error of whatever it interrupted, with the reason as its cause; the reason is what counts. */
function decisiveCause(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof RunyardError && (cause.code in outcomes || cause.code === 'run.stale-owner'))
      return cause;
  }
  return error;
}

const outcomes: Readonly<Record<string, 'cancelled' | 'timed_out'>> = {
  'run.cancelled': 'cancelled',
  'run.deadline-exceeded': 'timed_out',
};
