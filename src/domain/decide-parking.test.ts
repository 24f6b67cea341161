import { describe, expect, it } from 'vitest';
import { newBreaker } from './breaker.ts';
import { decideParking } from './decide-parking.ts';

const now = new Date('2026-11-21T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const snapshot = { now, breaker: null, askedMs: null, pauseMs: 30_000, parkedMs: 0, limitMs: 600_000 };
const open = (ms: number) => ({ ...newBreaker('provider:p'), state: 'open' as const, retryAt: later(ms) });

describe('decideParking', () => {
  it('X7: a run waits as long as its provider asks, else as long as its breaker is open, else for the usual pause', () => {
    expect(decideParking({ ...snapshot, askedMs: 90_000 })).toMatchObject({ until: later(90_000) });
    expect(decideParking({ ...snapshot, breaker: open(45_000) })).toMatchObject({ until: later(45_000) });
    expect(decideParking({ ...snapshot, askedMs: 10_000, breaker: open(45_000) })).toMatchObject({
      until: later(45_000),
    });
    expect(decideParking(snapshot)).toMatchObject({ until: later(30_000) });
  });

  it('X7: it never waits longer than its limit, all waits together', () => {
    expect(decideParking({ ...snapshot, parkedMs: 570_000 }).kind).toBe('park');
    expect(decideParking({ ...snapshot, parkedMs: 570_001 }).kind).toBe('give-up');
    expect(decideParking({ ...snapshot, askedMs: 5 * 3_600_000 }).kind).toBe('give-up');
  });

  it('X7: a provider that asks for no wait at all does not make a run spin', () => {
    expect(decideParking({ ...snapshot, askedMs: 0 })).toMatchObject({ waitMs: 1000 });
  });
});
