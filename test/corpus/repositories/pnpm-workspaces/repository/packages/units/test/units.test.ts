import { expect, test } from 'vitest';
import { scale, toBase } from '../src/index.ts';

test('knows kilograms and litres', () => {
  expect(toBase(2, 'kg')).toBe(2000);
  expect(toBase(3, 'ml')).toBe(3);
});

test('scales to other numbers of people', () => {
  expect(scale(100, 4, 6)).toBe(150);
});
