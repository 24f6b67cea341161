import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notes } from './notes.mjs';

test('notes are sorted by their text', () => {
  assert.deepEqual(
    notes().map(({ text }) => text),
    ['bread', 'milk'],
  );
});
