import { describe, expect, it } from 'vitest';
import { jobOptions } from './engine.ts';

describe('jobOptions', () => {
  it('never lets the engine give up before the run does, and states every default', () => {
    const options = jobOptions('high', { runMs: 30 * 60_000, recoveries: 3 });
    expect(options).toMatchObject({ retryLimit: 3, retryDelay: 0, heartbeatSeconds: 10 });
    expect(options.expireInSeconds).toBeGreaterThan(30 * 60);
    expect(options.retentionSeconds).toBeGreaterThan(14 * 24 * 60 * 60);
  });

  it('stays within what the engine accepts for runs of days', () => {
    expect(jobOptions('low', { runMs: 7 * 24 * 3_600_000, recoveries: 0 }).expireInSeconds).toBeLessThan(
      24 * 60 * 60,
    );
  });

  it('Q1: urgent goes before high, normal and low', () => {
    const limits = { runMs: 1, recoveries: 0 };
    const order = (['low', 'urgent', 'normal', 'high'] as const).toSorted(
      (a, b) => jobOptions(b, limits).priority - jobOptions(a, limits).priority,
    );
    expect(order).toEqual(['urgent', 'high', 'normal', 'low']);
  });
});
