import { describe, expect, it } from 'vitest';
import type { CheckResult, Diagnostic } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';

type Status = CheckResult['status'];

function problem(message: string, severity: Diagnostic['severity'] = 'error'): Diagnostic {
  return toDiagnostic({ category: 'type_error', severity, message, file: 'src/a.ts', line: 1 }, null);
}

function result(
  status: Status,
  diagnostics: readonly Diagnostic[] = [],
  change: Partial<CheckResult> = {},
): CheckResult {
  const check = {
    name: 'test',
    kind: 'test' as const,
    argv: ['npm', 'test'],
    timeoutMs: 1000,
    source: 'package.json',
  };
  return {
    check,
    status,
    exitCode: status === 'failed' ? 1 : null,
    durationMs: 1,
    output: '',
    diagnostics: [...diagnostics],
    ...change,
  };
}

function verdict(now: CheckResult | readonly CheckResult[], before: CheckResult | null) {
  const results = Array.isArray(now) ? (now as readonly CheckResult[]) : [now as CheckResult];
  return judge({ commit: 'c', baseCommit: 'b', results, baseline: before ? [before] : [], warnings: [] });
}

const failing = (...messages: string[]) =>
  result(
    'failed',
    messages.map((message) => problem(message)),
  );

describe('V3: what a change broke and what was broken before', () => {
  it.each<[Status, Status | 'none', string, number]>([
    ['passed', 'none', 'passed', 0],
    ['passed', 'failed', 'passed', 0],
    ['failed', 'none', 'failed', 1],
    ['failed', 'passed', 'failed', 1],
    ['failed', 'timed-out', 'failed', 1],
    ['failed', 'not-run', 'failed', 1],
    ['timed-out', 'none', 'failed', 1],
    ['timed-out', 'passed', 'failed', 1],
    ['timed-out', 'failed', 'failed', 1],
    ['timed-out', 'timed-out', 'unverifiable', 0],
    ['timed-out', 'not-run', 'failed', 1],
    ['not-run', 'passed', 'failed', 1],
    ['not-run', 'failed', 'failed', 1],
    ['not-run', 'timed-out', 'failed', 1],
    ['not-run', 'not-run', 'unverifiable', 0],
    ['not-run', 'none', 'unverifiable', 0],
  ])('%s on the change and %s on the base: %s', (now, before, status, introduced) => {
    const found = verdict(result(now), before === 'none' ? null : result(before));
    expect(found.status).toBe(status);
    expect(found.introduced).toHaveLength(introduced);
  });

  it('a failure equal to the old one passes, and says so', () => {
    const found = verdict(failing('old'), failing('old'));
    expect(found).toMatchObject({ status: 'passed', introduced: [], fingerprint: null });
    expect(found.preexisting.map(({ message }) => message)).toEqual(['old']);
    expect(found.warnings).toEqual(['test: fails on the base commit in the same way (1 problem).']);
  });

  it('a new problem among old ones is the only one introduced', () => {
    const found = verdict(failing('old', 'new'), failing('old', 'mended'));
    expect(found.status).toBe('failed');
    expect(found.introduced.map(({ message }) => message)).toEqual(['new']);
    expect(found.preexisting.map(({ message }) => message)).toEqual(['old']);
  });

  it('a second problem of the same kind is new: they are counted', () => {
    const twice = result('failed', [problem('same'), { ...problem('same'), line: 9 }]);
    expect(verdict(twice, failing('same')).introduced).toHaveLength(1);
    expect(verdict(twice, twice).introduced).toHaveLength(0);
  });

  it('a check that failed without readable problems is compared by what it said', () => {
    const said = (output: string) => result('failed', [], { output });
    expect(verdict(said('Error: boom in 12ms'), said('Error: boom in 99ms')).status).toBe('passed');
    expect(verdict(said('Error: other'), said('Error: boom')).status).toBe('failed');
  });

  it('warnings never count as problems', () => {
    const found = verdict(result('passed', [problem('careful', 'warning')]), null);
    expect(found).toMatchObject({ status: 'passed', introduced: [] });
  });

  it('one problem that two checks report is one problem', () => {
    const sameAt = { ...problem('x'), symbol: 'y' };
    const build = result('failed', [{ ...sameAt, fingerprint: 'other' }]);
    const named = { ...build, check: { ...build.check, name: 'build' } };
    expect(verdict([result('failed', [sameAt]), named], null).introduced).toHaveLength(1);
  });
});

describe('V2: a time-out', () => {
  it('is no pass, and the problem names the check', () => {
    const found = verdict(result('timed-out'), result('passed'));
    expect(found.status).toBe('failed');
    expect(found.introduced[0]).toMatchObject({ category: 'timeout', symbol: 'test' });
  });
});

describe('an unverifiable change', () => {
  it('is one without any check', () => {
    expect(judge({ commit: 'c', baseCommit: 'b', results: [], baseline: [], warnings: [] }).status).toBe(
      'unverifiable',
    );
  });

  it.each(['install', 'imports'] as const)('is one with nothing but %s', (kind) => {
    const only = result('passed');
    expect(verdict({ ...only, check: { ...only.check, kind } }, null).status).toBe('unverifiable');
  });
});

describe('the fingerprint of a verdict', () => {
  it('is equal for equal sets of introduced problems, in any order', () => {
    const one = verdict(failing('a', 'b'), null).fingerprint;
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(verdict(failing('b', 'a'), null).fingerprint).toBe(one);
    expect(verdict(failing('b'), null).fingerprint).not.toBe(one);
  });
});
