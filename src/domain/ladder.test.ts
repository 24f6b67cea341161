import { describe, expect, it } from 'vitest';
import type { AttemptRecord, Rung } from './attempt.ts';
import { runyardError, toErrorData } from './errors/runyard-error.ts';
import { bestAttempt } from './healing-rank.ts';
import { failed, ladder, large, small } from './healing-testing.ts';
import { decideNextAttempt as decide } from './ladder.ts';

function decideNextAttempt(rungs: readonly Rung[], attempts: readonly AttemptRecord[]) {
  return decide({ ladder: rungs, attempts });
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

  it('V5, X9: the same failure twice leaves the rung before its attempts are used up', () => {
    const patient = [{ ...small, attempts: 5 }, large];
    const action = decideNextAttempt(patient, [failed(1, 0, 'same'), failed(2, 0, 'same')]);
    expect(action).toMatchObject({
      kind: 'attempt',
      number: 3,
      rung: 1,
      reason: 'escalated: the same failure twice',
    });
  });

  it('V5: the same failure twice passes over rungs of the same agent and model', () => {
    const same = [failed(1, 0, 'same'), failed(2, 0, 'same')];
    const withTwin = [small, { ...small, attempts: 1 }, large];
    expect(decideNextAttempt(withTwin, same)).toMatchObject({ kind: 'attempt', number: 3, rung: 2 });
    const otherAgent = [small, small, { ...small, agent: 'claude-code' }];
    expect(decideNextAttempt(otherAgent, same)).toMatchObject({ kind: 'attempt', number: 3, rung: 2 });
  });

  it('V5: two rungs of the same agent and model count as one for a failure that comes again', () => {
    const twins = [{ ...small, attempts: 1 }, small, large];
    const again = { ...failed(2, 0, 'same'), rung: 1 };
    expect(decideNextAttempt(twins, [failed(1, 0, 'same'), again])).toMatchObject({ number: 3, rung: 2 });
    const another = { ...failed(2, 0, 'other'), rung: 1 };
    expect(decideNextAttempt(twins, [failed(1, 0, 'same'), another])).toMatchObject({ number: 3, rung: 1 });
  });

  it('V6: the same failure twice with nothing else left ends the ladder for that reason', () => {
    const same = [failed(1, 0, 'same'), failed(2, 0, 'same')];
    expect(decideNextAttempt([{ ...small, attempts: 5 }, small], same)).toEqual({
      kind: 'give-up',
      last: same[1],
      because: 'repeats',
      words: 'the same failure twice',
    });
    const differing = [failed(1, 0, 'a'), failed(2, 0, 'b')];
    expect(decideNextAttempt([small], differing)).toMatchObject({ kind: 'give-up', because: 'used-up' });
  });

  it.each([
    runyardError('gateway.rejected-key', { provider: 'anthropic', status: 401, detail: 'invalid x-api-key' }),
    runyardError('agent.not-installed', { agent: 'codex', executable: 'codex', looked: [], install: 'x' }),
  ])('V6: what only a person can mend ends the ladder at once: $code', (cause) => {
    const stopped: AttemptRecord = {
      ...failed(1, 0, 'a'),
      outcome: 'agent-failed',
      verdict: null,
      error: toErrorData(cause),
    };
    expect(decideNextAttempt(ladder, [stopped])).toEqual({
      kind: 'give-up',
      last: stopped,
      because: 'needs-human',
      words: 'only a person can mend this',
    });
  });

  it('V6, X9: an error of an agent that may pass is tried again', () => {
    const error = toErrorData(runyardError('agent.silent', { agent: 'builtin', limitMs: 1000 }));
    const silent: AttemptRecord = { ...failed(1, 0, 'a'), outcome: 'agent-failed', verdict: null, error };
    expect(decideNextAttempt(ladder, [silent])).toMatchObject({ kind: 'attempt', number: 2, rung: 0 });
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
    expect(bestAttempt([failed(1, 0, ['a', 2]), failed(2, 0, ['b', 5])])?.number).toBe(1);
    expect(bestAttempt([failed(1, 0, ['a', 2]), failed(2, 0, ['b', 2])])?.number).toBe(2);
    expect(bestAttempt([])).toBeNull();
  });
});
