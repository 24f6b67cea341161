import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, title } from '../src/index.ts';

test('lists every day of a month', () => {
  const days = daysOf(2024, 2);
  assert.equal(days.length, 29);
  assert.deepEqual(days.at(-1), { year: 2024, month: 2, day: 29 });
});

test('names a month', () => {
  assert.equal(title(2024, 2), '02/2024');
});
