import { describe, expect, it } from 'vitest';
import type { AttemptRecord, Rung } from './attempt.ts';
import { runyardError, toErrorData } from './errors/runyard-error.ts';
import { defaultHealing, type HealingChoices } from './healing-policy.ts';
import { bestAttempt } from './healing-rank.ts';
import { failed, ladder, large, small } from './healing-testing.ts';
import { decideVerification } from './healing-verification.ts';
import { decideNextAttempt as decide, startOf } from './ladder.ts';
import { type Diagnostic, partFails, type Verdict } from './verdict.ts';

describe('X9: what follows a failure', () => {
  function ended(number: number, category: string, more: Partial<AttemptRecord> = {}): AttemptRecord {
    const introduced = [{ category, message: 'm', symbol: null } as Diagnostic];
    const verdict = {
      status: 'failed',
      fingerprint: `${number}`,
      introduced,
      guards: [],
      results: [],
    } as unknown as Verdict;
    return { ...failed(number, 0, ''), verdict, ...more };
  }
  const other: Rung = { agent: 'claude-code', model: 'anthropic/large', attempts: 1 };
  const healing = (actions: HealingChoices) => ({ ...defaultHealing, actions });

  it('asks a person for what no agent may invent, and goes on once somebody said so', () => {
    const asked = ended(1, 'missing_env_var');
    expect(decide({ ladder, attempts: [asked] })).toEqual({
      kind: 'ask',
      last: asked,
      category: 'missing_env_var',
    });
    expect(decide({ ladder, attempts: [{ ...asked, answer: '' }] })).toMatchObject({
      kind: 'attempt',
      number: 2,
    });
  });

  it('lets the agent mend what it can before a person is asked', () => {
    const mixed = ended(1, 'missing_env_var');
    const introduced = [...(mixed.verdict?.introduced ?? []), { category: 'type_error' } as Diagnostic];
    const attempts = [{ ...mixed, verdict: { ...mixed.verdict, introduced } as Verdict }];
    expect(decide({ ladder, attempts })).toMatchObject({ kind: 'attempt', number: 2, rung: 0 });
  });

  it('takes the configuration for a category, then for its class, then the table', () => {
    const attempts = [ended(1, 'type_error')];
    const of = (actions: HealingChoices) => decide({ ladder, attempts, healing: healing(actions) });
    expect(of({})).toMatchObject({ kind: 'attempt', rung: 0 });
    expect(of({ code: 'give-up' })).toMatchObject({
      kind: 'give-up',
      because: 'policy',
      words: 'type_error: healing.actions.code says so',
    });
    expect(of({ code: 'give-up', type_error: 'escalate-model' })).toMatchObject({
      rung: 1,
      reason: 'escalated: type_error: healing.actions.type_error says so',
    });
  });

  it('switches the agent, and gives up where the ladder has no other', () => {
    const attempts = [ended(1, 'crash')];
    const actions: HealingChoices = { crash: 'switch-agent' };
    expect(decide({ ladder: [small, large, other], attempts, healing: healing(actions) })).toMatchObject({
      rung: 2,
    });
    expect(decide({ ladder, attempts, healing: healing(actions) })).toMatchObject({
      kind: 'give-up',
      because: 'used-up',
      words: 'crash: healing.actions.crash says so',
    });
  });

  it('waits for a person with a refused key only where the configuration says so', () => {
    const error = toErrorData(
      runyardError('gateway.rejected-key', { provider: 'p', status: 401, detail: 'no' }),
    );
    const attempts = [ended(1, '', { outcome: 'agent-failed', verdict: null, error })];
    expect(decide({ ladder, attempts })).toMatchObject({ kind: 'give-up', because: 'needs-human' });
    expect(decide({ ladder, attempts, healing: healing({ auth: 'ask' }) })).toMatchObject({
      kind: 'ask',
      category: 'auth',
    });
  });
});

describe('V5: standstill', () => {
  const patient = [{ ...small, attempts: 9 }, large];

  it('A, B, A is going back and forth, and makes way for the next rung', () => {
    const attempts = [failed(1, 0, 'a'), failed(2, 0, 'b'), failed(3, 0, 'a')];
    expect(decide({ ladder: patient, attempts })).toMatchObject({
      rung: 1,
      reason:
        'escalated: it goes back and forth: the failure of attempt 1 is back after attempt 2 had mended it',
    });
    expect(decide({ ladder: [{ ...small, attempts: 9 }], attempts })).toMatchObject({
      kind: 'give-up',
      because: 'oscillates',
    });
  });

  it('the very files of an earlier attempt are recognised whatever their checks said', () => {
    const attempts = [
      { ...failed(1, 0, 'a'), tree: 't1' },
      { ...failed(2, 0, ['b', 2]), tree: 't2' },
      { ...failed(3, 0, 'c'), tree: 't1' },
    ];
    expect(decide({ ladder: patient, attempts })).toMatchObject({
      rung: 1,
      reason: 'escalated: it came back to the very files of attempt 1',
    });
  });

  it('attempts that are never nearer to passing use up the patience', () => {
    const attempts = [failed(1, 0, ['a', 3]), failed(2, 0, ['b', 3]), failed(3, 0, ['c', 4])];
    expect(decide({ ladder: patient, attempts })).toMatchObject({
      rung: 1,
      reason: 'escalated: the last 2 attempts are not nearer to passing than attempt 1 was',
    });
    const healing = { ...defaultHealing, patience: 3 };
    expect(decide({ ladder: patient, attempts, healing })).toMatchObject({ rung: 0 });
    const better = [failed(1, 0, ['a', 3]), failed(2, 0, ['b', 3]), failed(3, 0, ['c', 2])];
    expect(decide({ ladder: patient, attempts: better })).toMatchObject({ rung: 0 });
  });

  it('another agent or model has its own patience', () => {
    const attempts = [failed(1, 0, ['a', 1]), failed(2, 0, ['b', 3]), failed(3, 1, ['c', 4])];
    const twice = [small, { ...large, attempts: 2 }];
    expect(decide({ ladder: twice, attempts })).toMatchObject({ kind: 'attempt', rung: 1, number: 4 });
  });
});

describe('V5: where the next attempt starts', () => {
  it('is the best attempt so far; a worse one is rolled back and named', () => {
    expect(startOf([failed(1, 0, ['a', 2]), failed(2, 0, ['b', 5])])).toEqual({
      attempt: 1,
      commit: 'c1',
      rolledBack: true,
      because: 'attempt 2 made it worse (5 new problems; attempt 1: 2 new problems)',
    });
    expect(startOf([failed(1, 0, ['a', 2]), failed(2, 0, ['b', 2])])).toMatchObject({
      attempt: 2,
      rolledBack: false,
      because: 'it is the best so far: 2 new problems',
    });
    const nothing: AttemptRecord = {
      ...failed(1, 0, 'a'),
      outcome: 'no-changes',
      commit: null,
      verdict: null,
    };
    expect(startOf([nothing])).toBeNull();
  });

  it('goes on with the work of an attempt that only ran out of turns', () => {
    const error = toErrorData(runyardError('agent.turn-limit', { agent: 'builtin', turns: 100 }));
    const late: AttemptRecord = { ...failed(1, 0, 'a'), outcome: 'agent-failed', verdict: null, error };
    expect(startOf([late])).toMatchObject({ attempt: 1, rolledBack: false });
  });

  it('fewer problems do not outweigh a guard that blocks, nor code that does not compile', () => {
    const of = (number: number, blocked: number, categories: readonly string[]): AttemptRecord => {
      const introduced = categories.map((category) => ({ category }) as Diagnostic);
      const guards = Array.from({ length: blocked }, () => ({ action: 'block' }));
      const verdict = {
        status: 'failed',
        fingerprint: `${number}`,
        introduced,
        guards,
        results: [],
      } as unknown as Verdict;
      return { ...failed(number, 0, ''), verdict };
    };
    const three = ['test_failure', 'test_failure', 'test_failure'];
    expect(bestAttempt([of(1, 0, three), of(2, 0, ['type_error'])])?.number).toBe(1);
    expect(bestAttempt([of(1, 0, ['syntax_error']), of(2, 1, ['test_failure'])])?.number).toBe(1);
    expect(bestAttempt([of(1, 0, three), of(2, 0, ['lint'])])?.number).toBe(2);
  });

  it('V5: an attempt whose failed tests kept the others from running is not taken for one with fewer failures', () => {
    const ended = (number: number, problems: number, statuses: Readonly<Record<string, string>>) => {
      const attempt = failed(number, 0, [`f${number}`, problems]);
      const results = Object.entries(statuses).map(([name, status]) => ({ check: { name }, status }));
      return { ...attempt, verdict: { ...attempt.verdict, results } as unknown as Verdict };
    };
    const hides = ended(1, 1, { 'test:changed': 'failed', test: 'not-run' });
    const shows = ended(2, 3, { 'test:changed': 'passed', test: 'failed' });
    expect(startOf([hides, shows])).toMatchObject({ attempt: 2, rolledBack: false });
    expect(startOf([shows, { ...hides, number: 3 }])).toMatchObject({
      attempt: 2,
      rolledBack: true,
      because: expect.stringContaining('(1 new problem, not all tests seen; attempt 2: 3 new problems)'),
    });
    const neither = ended(1, 1, { test: 'failed', 'e2e:changed': 'passed', e2e: 'not-run' });
    expect(startOf([neither, shows])).toMatchObject({ attempt: 1, rolledBack: true });
    const hangs = ended(3, 1, { 'test:changed': 'timed-out', test: 'not-run' });
    expect(startOf([shows, hangs])).toMatchObject({ attempt: 2, rolledBack: true });
    const endless = ended(3, 1, { 'test:changed': 'passed', test: 'timed-out' });
    for (const { check } of endless.verdict?.results ?? []) Object.assign(check, { kind: 'test' });
    expect(startOf([shows, endless])).toMatchObject({ attempt: 2, rolledBack: true });
    const loses = ended(3, 1, { 'test:changed': 'passed', test: 'not-run' });
    for (const result of loses.verdict?.results ?? []) Object.assign(result, { output: partFails });
    expect(startOf([shows, loses])).toMatchObject({ attempt: 2, rolledBack: true });
  });

  it('V5: of attempts that do not compile, none hides tests', () => {
    const ended = (number: number, categories: readonly string[], part: string) => {
      const attempt = failed(number, 0, `f${number}`);
      const introduced = categories.map((category) => ({ category }));
      const results = [
        { check: { name: 'test:changed' }, status: part },
        { check: { name: 'test' }, status: 'not-run' },
      ];
      return { ...attempt, verdict: { ...attempt.verdict, introduced, results } as unknown as Verdict };
    };
    const untidy = ended(1, ['type_error', 'lint', 'lint', 'lint'], 'passed');
    const tidy = ended(2, ['type_error', 'test_failure'], 'failed');
    expect(startOf([untidy, tidy])).toMatchObject({ attempt: 2, rolledBack: false });
  });
});

describe('X9: whether a commit is verified again', () => {
  const verdict = (...categories: string[]) =>
    ({
      status: 'failed',
      introduced: categories.map((category) => ({ category, message: 'a\nb' }) as Diagnostic),
    }) as unknown as Verdict;
  const of = (found: Verdict, done = 0, actions: HealingChoices = {}) =>
    decideVerification({ verdict: found, done, healing: { ...defaultHealing, actions }, random: () => 1 });

  it('is so where every new problem may pass by itself, a bounded number of times, after longer and longer waits', () => {
    const reason = 'network (registries and remotes come back): a b';
    expect(of(verdict('network', 'process_killed'))).toEqual({ count: 1, waitMs: 2000, reason });
    expect(of(verdict('network'), 1)).toMatchObject({ count: 2, waitMs: 4000 });
    expect(of(verdict('network'), 2)).toBeNull();
    expect(of(verdict('network', 'type_error'))).toBeNull();
    expect(of({ ...verdict(), status: 'passed' })).toBeNull();
  });

  it('follows the configuration', () => {
    expect(of(verdict('timeout'))).toBeNull();
    expect(of(verdict('timeout'), 0, { timeout: 'retry' })).toMatchObject({ count: 1 });
    expect(of(verdict('network'), 0, { environment: 'retry-with-feedback' })).toBeNull();
  });
});
