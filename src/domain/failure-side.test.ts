import { describe, expect, it } from 'vitest';
import { failureSide } from './failure-side.ts';

describe('whose doing a failure was', () => {
  it('O4: is told by its code, and is the system’s when nobody knows', () => {
    expect(failureSide('run.ladder-exhausted')).toBe('agent');
    expect(failureSide('run.approval-expired')).toBe('person');
    expect(failureSide('plan.unanswered')).toBe('person');
    expect(failureSide('worker.lost')).toBe('system');
    expect(failureSide('git.disk-full')).toBe('system');
    expect(failureSide('of.a-newer-version')).toBe('system');
  });
});
