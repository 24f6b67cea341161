import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Breaker, type BreakerOutcome, decideBreaker, newBreaker } from './breaker.ts';
import { runyardError, toErrorData } from './errors/runyard-error.ts';

const start = new Date('2026-11-21T12:00:00Z');
const policy = { failures: 3, pauseMs: 30_000, longestPauseMs: 120_000, personMs: 600_000 };
const overloaded = toErrorData(
  runyardError('gateway.provider-overloaded', { provider: 'p', status: 529, detail: '', waitSeconds: null }),
);
const refused = toErrorData(runyardError('gateway.rejected-key', { provider: 'p', status: 401, detail: '' }));

const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const failure = (retryAfterMs: number | null = null, cause = overloaded): BreakerOutcome => ({
  kind: 'failure',
  cause,
  retryAfterMs,
});
const success = (seconds: number): BreakerOutcome => ({ kind: 'success', since: at(seconds) });
const probe = (runId: string, previousIsGone = false): BreakerOutcome => ({
  kind: 'probe',
  runId,
  previousIsGone,
});

/** What becomes of a new breaker; every outcome with its second. */
function after(...steps: readonly (readonly [number, BreakerOutcome])[]): Breaker {
  return steps.reduce(
    (breaker, [seconds, outcome]) => decideBreaker(breaker, outcome, { now: at(seconds), policy }),
    newBreaker('provider:p'),
  );
}

describe('decideBreaker', () => {
  it('M6: opens after so many failures in a row, and a success in between begins the count again', () => {
    const two = [
      [0, failure()],
      [1, failure()],
    ] as const;
    expect(after(...two)).toMatchObject({ state: 'closed', failures: 2 });
    expect(after(...two, [2, failure()])).toMatchObject({
      state: 'open',
      retryAt: at(32),
      cause: overloaded,
    });
    expect(after(...two, [2, success(2)], [3, failure()])).toMatchObject({ state: 'closed', failures: 1 });
  });

  it('X7: opens at once until the time that the provider names, and a later time moves it', () => {
    expect(after([0, failure(90_000)])).toMatchObject({ state: 'open', retryAt: at(90) });
    expect(after([0, failure(90_000)], [10, failure(200_000)])).toMatchObject({ retryAt: at(210) });
    expect(after([0, failure(90_000)], [10, failure(5_000)])).toMatchObject({ retryAt: at(90) });
  });

  it('M6: what only a person can mend opens it at once, and is tried again from time to time', () => {
    expect(after([0, failure(null, refused)])).toMatchObject({ state: 'open', retryAt: at(600) });
  });

  it('M6: lets exactly one run try when the time is over, and closes when that works', () => {
    const open = [0, failure(90_000)] as const;
    expect(after(open, [80, probe('early')])).toMatchObject({ state: 'open' });
    const half = after(open, [90, probe('a')], [91, probe('b')]);
    expect(half).toMatchObject({ state: 'half_open', probeRunId: 'a' });
    expect(decideBreaker(half, success(91), { now: at(92), policy })).toEqual(newBreaker('provider:p'));
  });

  it('M6: another run tries when the one that tried is gone', () => {
    const steps = [
      [0, failure(90_000)],
      [90, probe('a')],
      [95, probe('b', true)],
    ] as const;
    expect(after(...steps)).toMatchObject({ state: 'half_open', probeRunId: 'b' });
  });

  it('M6: opens again for twice as long when the try fails, up to the longest pause', () => {
    let breaker = after([0, failure()], [0, failure()], [0, failure()]);
    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const now = breaker.retryAt ?? start;
      const half = decideBreaker(breaker, probe('a'), { now, policy });
      breaker = decideBreaker(half, failure(), { now, policy });
      pauses.push(((breaker.retryAt ?? now).getTime() - now.getTime()) / 1000);
    }
    expect(pauses).toEqual([60, 120, 120, 120]);
  });

  it('M6: a call that began before it opened does not close it', () => {
    const half = [
      [0, failure(90_000)],
      [90, probe('a')],
    ] as const;
    expect(after(...half, [95, success(-5)])).toMatchObject({ state: 'half_open' });
    expect(after([0, failure(90_000)], [50, success(40)])).toMatchObject({ state: 'open' });
  });

  it('M6: is never open without a reason and a time at which it is tried again, within a day', () => {
    const outcome = fc.oneof(
      fc.record({
        kind: fc.constant('failure' as const),
        cause: fc.constantFrom(overloaded, refused),
        retryAfterMs: fc.option(fc.integer({ min: 0, max: 40 * 86_400_000 })),
      }),
      fc.record({ kind: fc.constant('success' as const), since: fc.nat(10_000).map(at) }),
      fc.record({ kind: fc.constant('probe' as const), runId: fc.string(), previousIsGone: fc.boolean() }),
      fc.constant({ kind: 'mended' as const }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), outcome)), (steps) => {
        let now = start;
        let breaker = newBreaker('provider:p');
        for (const [seconds, step] of steps) {
          now = new Date(now.getTime() + seconds * 1000);
          breaker = decideBreaker(breaker, step, { now, policy });
          const closed = breaker.state === 'closed';
          expect([breaker.retryAt, breaker.cause, breaker.openedAt].map((part) => part === null)).toEqual([
            closed,
            closed,
            closed,
          ]);
          expect(breaker.probeRunId !== null).toBe(breaker.state === 'half_open');
          if (breaker.retryAt)
            expect(breaker.retryAt.getTime() - now.getTime()).toBeLessThanOrEqual(86_400_000);
        }
      }),
    );
  });
});
