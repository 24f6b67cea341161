import { describe, expect, it } from 'vitest';
import { type Retained, type RetentionLimits, whatToRemove } from './retention.ts';

const DAY = 86_400_000;
const now = new Date('2026-01-31T00:00:00Z');
const plenty: RetentionLimits = { ageMs: 1000 * DAY, count: 1000, bytes: 1e12 };

const thing = (key: string, days: number, changes: Partial<Retained> = {}): Retained => ({
  kind: 'layers',
  key,
  usedAt: new Date(now.getTime() - days * DAY),
  bytes: 10,
  isNeeded: false,
  ...changes,
});

function removed(things: readonly Retained[], limits: Partial<RetentionLimits>): string[] {
  const layers = { ...plenty, ...limits };
  const all = { evidence: plenty, 'set-aside': plenty, mirrors: plenty, layers, logs: plenty };
  return whatToRemove({ now, keepMs: DAY, limits: all, things }).map(({ key }) => key);
}

const four = [thing('four', 4), thing('two', 2), thing('three', 3), thing('young', 0.5)];

describe('X10: retention', () => {
  it('removes by age', () => expect(removed(four, { ageMs: 2.5 * DAY })).toEqual(['four', 'three']));
  it('removes the oldest over the count', () =>
    expect(removed(four, { count: 2 })).toEqual(['four', 'three']));
  it('removes the oldest over the size', () => expect(removed(four, { bytes: 35 })).toEqual(['four']));
  it('keeps what is younger than keepMs, whatever the limits say', () =>
    expect(removed(four, { count: 0, bytes: 0, ageMs: 0 })).toEqual(['four', 'three', 'two']));
  it('keeps what a run needs, and counts it', () =>
    expect(
      removed([thing('needed', 9, { isNeeded: true }), thing('two', 2), thing('three', 3)], { count: 2 }),
    ).toEqual(['three']));
  it('holds each kind to its own limits', () =>
    expect(removed([thing('other', 9, { kind: 'logs' }), thing('two', 2)], { count: 0 })).toEqual(['two']));
});
