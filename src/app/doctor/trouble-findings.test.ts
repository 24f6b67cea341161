import { describe, expect, it } from 'vitest';
import { troubleFindings } from './trouble-findings.ts';

const at = '2026-01-02T12:00:00.000Z';
const pass = { node: 'node-1', at, left: 0 };
const count = { kind: 'workspace', found: 2, removed: 2, failed: 0 } as const;

describe('runyard doctor', () => {
  it('says nothing of breakers and orphans where there are none', () => {
    expect(troubleFindings({ breakers: [], orphans: [] })).toEqual([]);
  });

  it('G2: shows what the reaper found last, and warns of what it could not remove', () => {
    const removed = troubleFindings({ breakers: [], orphans: [{ ...pass, counts: [count], failures: [] }] });
    expect(removed).toMatchObject([
      { check: 'orphans', status: 'ok', what: expect.stringContaining('workspace 2 of 2') },
    ]);
    const failures = [{ kind: 'workspace' as const, handle: 'run-1', why: 'It took too long.' }];
    const failed = troubleFindings({ breakers: [], orphans: [{ ...pass, counts: [count], failures }] });
    expect(failed).toMatchObject([{ status: 'warn', why: 'run-1 is still there: It took too long.' }]);
  });

  it('warns of what is left alone, and until when', () => {
    const breakers = [{ key: 'provider:one', state: 'open' as const, retryAt: at }];
    expect(troubleFindings({ breakers, orphans: [] })).toMatchObject([
      { check: 'breaker', status: 'warn', what: `provider:one is left alone until ${at}.` },
    ]);
  });
});
