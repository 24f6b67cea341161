import { type Breaker, type BreakerOutcome, type BreakerPolicy, decideBreaker } from '../domain/breaker.ts';
import type { NewSystemEvent } from '../domain/system-events.ts';
import { appendSystemEvent } from '../events/append-system-event.ts';
import { findBreaker, swapBreaker } from '../store/breakers.ts';
import type { Tx } from '../store/schema.ts';

export interface BreakerChange {
  readonly key: string;
  readonly outcome: BreakerOutcome;
  readonly now: Date;
  readonly policy: BreakerPolicy;
}

/**
 * Decides and swaps in the caller's transaction, with one event when the state changes, whoever else noticed the same. Gives the breaker
 * as it stands; null when somebody else was faster, then nothing was written and the caller may ask again.
 */
export async function changeBreaker(
  tx: Tx,
  { key, outcome, now, policy }: BreakerChange,
): Promise<Breaker | null> {
  const from = await findBreaker(tx, key);
  const to = decideBreaker(from.breaker, outcome, { now, policy });
  if (to === from.breaker) return to;
  const version = await swapBreaker(tx, { from, to });
  if (version === null) return null;
  if (to.state !== from.breaker.state) {
    await appendSystemEvent(tx, { ...eventOf(to), subject: key, occurrence: `version ${version}` });
  }
  return to;
}

type WithoutSubject<T> = T extends unknown ? Omit<T, 'subject' | 'occurrence'> : never;

function eventOf({ key, state, cause, retryAt, probeRunId }: Breaker): WithoutSubject<NewSystemEvent> {
  const name = inWords(key);
  const run = probeRunId ?? '';
  if (state === 'closed') {
    const message = `The ${name} can be used again. Runs that waited for it go on.`;
    return { type: 'breaker.closed', data: { message } };
  }
  if (state === 'half_open') {
    return {
      type: 'breaker.half-opened',
      data: { message: `Run ${run} tries whether the ${name} can be used again.`, run },
    };
  }
  const until = (retryAt ?? new Date(0)).toISOString();
  const what = cause?.what ?? 'It failed too often.';
  const message =
    `The ${name} is left alone until ${until}; runs that need it wait. ${what} ${cause?.next ?? ''}`.trim();
  return { type: 'breaker.opened', data: { message, cause: cause?.code ?? 'unknown', retryAt: until } };
}

function inWords(key: string): string {
  return key.replace(':', ' ');
}
