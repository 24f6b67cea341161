import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { delayFor, limits } from '../lib/backoff.js';

describe('delayFor', () => {
  it('doubles with every try', () => {
    assert.equal(delayFor(1), 100);
    assert.equal(delayFor(2), 200);
    assert.equal(delayFor(3), 400);
  });

  it('stops at the limit', () => {
    assert.equal(delayFor(20), limits.longestMs);
  });

  it('refuses tries below one', () => {
    assert.throws(() => delayFor(0), RangeError);
  });
});
