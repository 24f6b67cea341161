import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysInMonth, isLeapYear, nextDay } from '../src/index.ts';

test('knows leap years', () => {
  assert.equal(isLeapYear(2024), true);
  assert.equal(isLeapYear(1900), false);
  assert.equal(isLeapYear(2000), true);
});

test('knows how long months are', () => {
  assert.equal(daysInMonth(2024, 2), 29);
  assert.equal(daysInMonth(2023, 4), 30);
});

test('goes on to the next year', () => {
  assert.deepEqual(nextDay({ year: 2023, month: 12, day: 31 }), { year: 2024, month: 1, day: 1 });
});
