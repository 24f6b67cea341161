import { describe, expect, it } from 'vitest';
import { formatCents, percentOf } from '../src/money.ts';

describe('formatCents', () => {
  it('writes cents with two digits', () => {
    expect(formatCents(1205)).toBe('12.05');
  });

  it('keeps the sign', () => {
    expect(formatCents(-50)).toBe('-0.50');
  });
});

describe('percentOf', () => {
  it('rounds to whole cents', () => {
    expect(percentOf(333, 10)).toBe(33);
  });
});
