import { describe, expect, it } from 'vitest';
import { reactToChange } from './react-to-change.ts';

const stopIntent = { mode: 'cancel', by: 'a', reason: 'b', at: '2026-11-21T08:00:00Z' } as const;

describe('a worker whose run changed', () => {
  it('S5: is not ended on news from before it had the run', () => {
    expect(reactToChange({ epoch: 0, state: 'queued', stopIntent: null }, 1)).toBe('leave');
    expect(reactToChange({ epoch: 0, state: 'starting', stopIntent: null }, 1)).toBe('leave');
    expect(reactToChange({ epoch: 1, state: 'running', stopIntent }, 2)).toBe('leave');
  });

  it('Q5: is ended when another one has the run, or when it was given back', () => {
    expect(reactToChange({ epoch: 2, state: 'running', stopIntent: null }, 1)).toBe('end');
    expect(reactToChange({ epoch: 1, state: 'starting', stopIntent: null }, 1)).toBe('end');
  });

  it('S4: is told of a stop, and left alone while it works or has settled', () => {
    expect(reactToChange({ epoch: 1, state: 'running', stopIntent }, 1)).toBe('stop');
    expect(reactToChange({ epoch: 1, state: 'running', stopIntent: null }, 1)).toBe('leave');
    expect(reactToChange({ epoch: 1, state: 'succeeded', stopIntent: null }, 1)).toBe('leave');
    expect(reactToChange({ epoch: 1, state: 'waiting', stopIntent: null }, 1)).toBe('leave');
  });
});
