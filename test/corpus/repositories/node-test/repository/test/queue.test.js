import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../lib/queue.js';

test('gives entries back in their order', () => {
  const queue = new Queue();
  queue.push('a');
  queue.push('b');
  assert.equal(queue.take().value, 'a');
  assert.equal(queue.take().value, 'b');
  assert.equal(queue.take(), null);
});

test('a retried entry waits longer every time', () => {
  const queue = new Queue();
  queue.push('a');
  assert.equal(queue.retry(queue.take()), 100);
  assert.equal(queue.retry(queue.take()), 200);
  assert.equal(queue.size, 1);
});
