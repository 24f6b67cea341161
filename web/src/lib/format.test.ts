import { describe, expect, it } from 'vitest';
import { bytes, duration, money, percent, relative, repositoryName, short } from './format.ts';

describe('figures for people', () => {
  it('durations have two units at most', () => {
    expect([0, 820, 1_500, 12_400, 245_000, 7_800_000, 273_600_000].map(duration)).toEqual([
      '0 ms',
      '820 ms',
      '1.5 s',
      '12 s',
      '4 min 05 s',
      '2 h 10 min',
      '3 d 4 h',
    ]);
    expect(duration(null)).toBe('–');
  });

  it('times are told from now, to both sides', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(relative('2026-01-01T11:56:00Z', now)).toBe('4 min ago');
    expect(relative('2026-01-01T12:00:30Z', now)).toBe('in 30 s');
    expect(relative('2026-01-01T12:00:01Z', now)).toBe('just now');
  });

  it('an unknown part of a cost is said', () => {
    expect([money(0), money(0.004), money(1.5), money(0, false), money(1.5, false), money(null)]).toEqual([
      '$0',
      '< $0.01',
      '$1.50',
      'unknown',
      '≥ $1.50',
      '–',
    ]);
  });

  it('shares, sizes and names are short', () => {
    expect([percent(1), percent(0.9999), percent(0.054), percent(0), percent(Number.NaN)]).toEqual([
      '100 %',
      '99.9 %',
      '5.4 %',
      '0 %',
      '–',
    ]);
    expect([bytes(12), bytes(54_000), bytes(52_400_000)]).toEqual(['12 B', '54 kB', '52.4 MB']);
    expect(short(1_234_567)).toBe('1.2M');
    expect(repositoryName('git@github.com:acme/shop.git')).toBe('acme/shop');
  });
});
