import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { GatewayClaims } from './token.ts';

/** How long an answer of the store is trusted: a stale worker is shut out within this time. */
const TRUST_MS = 1000;
const MOST_REMEMBERED = 1000;

export type CheckOwnership = (claims: GatewayClaims) => Promise<void>;

/** Refuses tokens of epochs that are over (`gateway.stale-token`); asks at most once a second for each. */
export function ownershipCheck(
  isCurrent: (runId: string, epoch: number) => Promise<boolean>,
  clock: Clock,
): CheckOwnership {
  const answers = new Map<string, { readonly at: number; readonly current: Promise<boolean> }>();
  return async ({ runId, epoch }) => {
    const key = `${runId}:${epoch}`;
    const now = clock.now().getTime();
    let answer = answers.get(key);
    if (!answer || now - answer.at > TRUST_MS) {
      if (answers.size >= MOST_REMEMBERED) answers.clear();
      answer = { at: now, current: isCurrent(runId, epoch) };
      answers.set(key, answer);
    }
    let current: boolean;
    try {
      current = await answer.current;
    } catch (error) {
      answers.delete(key);
      throw runyardError(
        'gateway.unavailable',
        { detail: 'The owner of the run cannot be looked up.' },
        error,
      );
    }
    if (!current) throw runyardError('gateway.stale-token', { run: runId, epoch });
  };
}
