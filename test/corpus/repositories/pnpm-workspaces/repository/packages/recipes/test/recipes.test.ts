import { expect, test } from 'vitest';
import { forPeople, type Ingredient, weightOf } from '../src/index.ts';

const bread: Ingredient[] = [
  { name: 'flour', amount: 1, unit: 'kg' },
  { name: 'water', amount: 650, unit: 'ml' },
];

test('weighs everything', () => {
  expect(weightOf(bread)).toBe(1650);
});

test('scales every ingredient', () => {
  expect(forPeople(bread, 2, 3).map(({ amount }) => amount)).toEqual([1.5, 975]);
});
