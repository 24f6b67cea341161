import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRetry, type RetrySnapshot } from './decide-retry.ts';
import { defaultRetry } from './types.ts';

const transient: RetrySnapshot = {
  transient: true,
  retryAfterMs: null,
  retries: 0,
  remainingMs: 60_000,
  policy: defaultRetry,
  random: () => 0.5,
};

describe('decideRetry', () => {
  it('M5: waits longer each time, with jitter, and stops at the number of retries', () => {
    const delays = [0, 1, 2, 3].map((retries) => decideRetry({ ...transient, retries }));
    expect(delays).toEqual([500, 1000, 2000, 4000].map((delayMs) => ({ kind: 'retry', delayMs })));
    expect(decideRetry({ ...transient, retries: defaultRetry.retries })).toEqual({ kind: 'give-up' });
  });

  it('M5: never retries what is permanent', () => {
    expect(decideRetry({ ...transient, transient: false, retryAfterMs: 10 })).toEqual({ kind: 'give-up' });
  });

  it('M5: a retry comes no earlier than the provider asked, and never after the deadline', () => {
    fc.assert(
      fc.property(
        fc.nat(120_000),
        fc.nat(120_000),
        fc.nat(10),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wait, left, retries, luck) => {
          const action = decideRetry({
            ...transient,
            retryAfterMs: wait,
            remainingMs: left,
            retries,
            random: () => luck,
          });
          if (action.kind === 'give-up') return;
          expect(action.delayMs).toBeGreaterThanOrEqual(wait);
          expect(action.delayMs).toBeLessThan(left);
          expect(wait).toBeLessThanOrEqual(defaultRetry.maxRetryAfterMs);
        },
      ),
    );
  });
});
