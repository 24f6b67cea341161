import { describe, expect, it } from 'vitest';
import type { AttemptRecord, Rung } from './attempt.ts';
import { bestAttempt, decideNextAttempt } from './ladder.ts';
import type { Diagnostic, Verdict } from './verdict.ts';

const ladder: Rung[] = [
  { agent: 'builtin', model: 'anthropic/small', attempts: 2 },
  { agent: 'builtin', model: 'anthropic/large', attempts: 1 },
];

function failed(number: number, rung: number, fingerprint: string, problems = 1): AttemptRecord {
  const introduced = Array.from({ length: problems }, () => ({}) as Diagnostic);
  const verdict = { status: 'failed', fingerprint, introduced } as unknown as Verdict;
  return {
    number,
    rung,
    agent: 'builtin',
    model: null,
    outcome: 'checks-failed',
    commit: `c${number}`,
    verdict,
    error: null,
    summary: '',
    reportedUsage: null,
    durationMs: 1,
  };
}

describe('decideNextAttempt', () => {
  it('starts on the first rung', () => {
    expect(decideNextAttempt(ladder, [])).toMatchObject({ kind: 'attempt', number: 1, rung: 0 });
  });

  it('V6: tries the first rung twice, then the next, then gives up', () => {
    expect(decideNextAttempt(ladder, [failed(1, 0, 'a')])).toMatchObject({ number: 2, rung: 0 });
    expect(decideNextAttempt(ladder, [failed(1, 0, 'a'), failed(2, 0, 'b')])).toMatchObject({
      number: 3,
      rung: 1,
    });
    const all = [failed(1, 0, 'a'), failed(2, 0, 'b'), failed(3, 1, 'c')];
    expect(decideNextAttempt(ladder, all)).toMatchObject({ kind: 'give-up' });
  });

  it('V5: the same failure twice leaves the rung before its attempts are used up', () => {
    const patient: Rung[] = [{ agent: 'builtin', model: null, attempts: 5 }, ...ladder.slice(1)];
    const action = decideNextAttempt(patient, [failed(1, 0, 'same'), failed(2, 0, 'same')]);
    expect(action).toMatchObject({
      kind: 'attempt',
      number: 3,
      rung: 1,
      reason: 'escalated: the same failure twice',
    });
  });

  it('delivers as soon as an attempt passed', () => {
    const passed: AttemptRecord = { ...failed(2, 0, 'a'), outcome: 'passed' };
    expect(decideNextAttempt(ladder, [failed(1, 0, 'a'), passed])).toMatchObject({
      kind: 'deliver',
      attempt: passed,
    });
  });
});

describe('bestAttempt', () => {
  it('V5: prefers the attempt with the fewest problems, so that a worse one is rolled back', () => {
    expect(bestAttempt([failed(1, 0, 'a', 2), failed(2, 0, 'b', 5)])?.number).toBe(1);
    expect(bestAttempt([failed(1, 0, 'a', 2), failed(2, 0, 'b', 2)])?.number).toBe(2);
    expect(bestAttempt([])).toBeNull();
  });
});
