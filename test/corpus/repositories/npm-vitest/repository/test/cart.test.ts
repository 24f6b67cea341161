import { expect, it } from 'vitest';
import { isEmpty, totalOf, withDiscount } from '../src/cart.ts';

const items = [
  { name: 'Apple', cents: 30, quantity: 3 },
  { name: 'Bread', cents: 250, quantity: 1 },
];

it('adds up prices and quantities', () => {
  expect(totalOf(items)).toBe(340);
});

it('takes a discount off', () => {
  expect(withDiscount(1000, 15)).toBe(850);
  expect(withDiscount(1000, 0)).toBe(1000);
});

it('knows an empty cart', () => {
  expect(isEmpty([])).toBe(true);
  expect(isEmpty(items)).toBe(false);
});
