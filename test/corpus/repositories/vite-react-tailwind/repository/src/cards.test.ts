import { expect, test } from 'vitest';
import { openCards, progress } from '@/cards';

const cards = [
  { title: 'Write', done: true },
  { title: 'Read', done: false },
];

test('keeps what is still open', () => {
  expect(openCards(cards).map(({ title }) => title)).toEqual(['Read']);
});

test('says how far it is', () => {
  expect(progress(cards)).toBe('1 of 2 done');
  expect(progress([])).toBe('nothing to do');
});
