import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from './refuse-for-load.ts';

describe('retryAfterSeconds', () => {
  it.each([
    { runs: 4, averageMs: 120_000, seconds: 60, when: 'a place comes free every minute' },
    { runs: 50, averageMs: 300_000, seconds: 12, when: 'many runs end soon after one another' },
    { runs: 4, averageMs: 0, seconds: 1, when: 'all have just begun' },
    { runs: 1, averageMs: 86_400_000, seconds: 600, when: 'one run has taken a day' },
    { runs: 0, averageMs: 0, seconds: 30, when: 'nothing runs' },
  ])('Q3: says $seconds s when $when', ({ seconds, ...working }) => {
    expect(retryAfterSeconds(working)).toBe(seconds);
  });
});
