import { backoffDelayMs } from '../lib/backoff.ts';
import type { RetryPolicy } from './types.ts';

export interface RetrySnapshot {
  /** Whether an unchanged request can succeed later. */
  readonly transient: boolean;
  readonly retryAfterMs: number | null;
  /** Tries after the first that were already made. */
  readonly retries: number;
  readonly remainingMs: number;
  readonly policy: RetryPolicy;
  readonly random: () => number;
}

export type RetryAction = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'give-up' };

/** Whether and when to try again (M5). A wait that does not fit into the limits is not waited for at all. */
export function decideRetry(snapshot: RetrySnapshot): RetryAction {
  const { transient, retryAfterMs, retries, remainingMs, policy, random } = snapshot;
  if (!transient || retries >= policy.retries) return { kind: 'give-up' };
  if (retryAfterMs !== null && retryAfterMs > policy.maxRetryAfterMs) return { kind: 'give-up' };
  // A little more than was asked for, spread out: eight agents told "2 seconds" must not come back in the same instant.
  const own = backoffDelayMs(retries + 1, policy, random);
  const delayMs = retryAfterMs === null ? own : retryAfterMs + Math.min(own, policy.initialDelayMs);
  return delayMs >= remainingMs ? { kind: 'give-up' } : { kind: 'retry', delayMs };
}
