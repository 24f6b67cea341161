import { describe, expect, it } from 'vitest';
import type { CheckResult, Verdict } from '../domain/verdict.ts';
import { autofixHelped } from './autofix-decision.ts';

const check = { name: 'lint', kind: 'lint', argv: ['x'], timeoutMs: 1, source: 's', fix: ['x'] } as const;
const problem = {
  category: 'lint_error',
  severity: 'error',
  message: 'm',
  file: 'a',
  line: 1,
  fingerprint: 'f',
};
const result = (status: string) =>
  ({
    check,
    status,
    exitCode: 1,
    output: '',
    diagnostics: status === 'failed' ? [problem] : [],
  }) as unknown as CheckResult;
const verdict = (status: string, guards: readonly object[] = []) =>
  ({
    status,
    results: [result(status === 'passed' ? 'passed' : 'failed')],
    baseline: [],
    guards,
  }) as unknown as Verdict;

describe('V5, V7: a fix that mends its check', () => {
  const was = { guard: 'deleted-tests', action: 'block', fingerprint: 'was' };

  it('helps', () => {
    expect(autofixHelped(verdict('failed'), verdict('passed'))).toBe(true);
    expect(autofixHelped(verdict('failed', [was]), verdict('passed', [was]))).toBe(true);
  });

  it.each(['block', 'ask'])('does not help where it adds what a guard would %s', (action) => {
    const added = { guard: 'suppressed-checks', action, fingerprint: 'new' };
    expect(autofixHelped(verdict('failed', [was]), verdict('passed', [was, added]))).toBe(false);
  });

  it('helps although a guard warns of it', () => {
    const added = { guard: 'suppressed-checks', action: 'warn', fingerprint: 'new' };
    expect(autofixHelped(verdict('failed'), verdict('passed', [added]))).toBe(true);
  });
});
