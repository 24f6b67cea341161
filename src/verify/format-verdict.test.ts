import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../domain/verdict.ts';
import { unverifiableReason } from './format-verdict.ts';

const check = { name: 'test', kind: 'test' as const, argv: ['npm', 'test'], timeoutMs: 1000, source: 'x' };
const ended = (status: CheckResult['status']): CheckResult => ({
  check,
  status,
  exitCode: status === 'passed' ? 0 : 1,
  durationMs: 1,
  output: '',
  diagnostics: [],
});

describe('why nothing could be verified', () => {
  it('is told apart: a pass in doubt, an old failure that hides others, checks that could not run, none at all', () => {
    expect(unverifiableReason([ended('passed')])).toContain('without showing that its tests ran');
    expect(unverifiableReason([ended('passed'), ended('failed')])).toContain('fails on the base commit too');
    expect(unverifiableReason([ended('not-run')])).toContain('could run to an end');
    expect(unverifiableReason([])).toContain('no tests or checks');
  });
});
