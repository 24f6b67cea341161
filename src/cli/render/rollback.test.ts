import { describe, expect, it } from 'vitest';
import { renderRollback } from './rollback.ts';

const done = {
  mode: 'revert',
  branch: 'runyard/t-1',
  commit: 'c1',
  by: 'ada',
  at: '2026-11-21T12:00:00.000Z',
  found: false,
} as const;

describe('G6: the answer to a rollback', () => {
  it('says what was made', () => {
    expect(renderRollback({ ...done, changed: true })).toBe(
      'Undone: runyard/t-1 was reverted with a new commit and is now at c1.',
    );
  });

  it('says the second time that nothing was made, and what had been', () => {
    expect(renderRollback({ ...done, changed: false })).toBe(
      'Nothing to do, it was rolled back already: runyard/t-1 was reverted with commit c1, at 2026-11-21T12:00:00.000Z by ada.',
    );
    expect(renderRollback({ ...done, mode: 'reset', changed: false })).toContain('was set back to c1');
  });

  it('claims no author for what somebody else undid', () => {
    expect(renderRollback({ ...done, found: true, changed: false })).toBe(
      'Nothing to do, it was rolled back already: found undone at 2026-11-21T12:00:00.000Z, runyard/t-1 was at c1.',
    );
  });
});
