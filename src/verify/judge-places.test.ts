import { describe, expect, it } from 'vitest';
import type { CheckResult, Diagnostic } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';

function failed(diagnostics: readonly Diagnostic[], { check }: Pick<CheckResult, 'check'>): CheckResult {
  return { check, status: 'failed', exitCode: 1, durationMs: 1, output: '', diagnostics: [...diagnostics] };
}

describe('one problem that two checks place differently', () => {
  const missing = (file: string | null, line: number | null, symbol = 'ms') =>
    toDiagnostic(
      { category: 'missing_dependency', message: `no ${symbol} ${file}:${line ?? 'x'}`, file, line, symbol },
      null,
    );
  const named = (name: string, diagnostics: readonly Diagnostic[]) =>
    failed(diagnostics, {
      check: { name, kind: 'test', argv: ['x'], timeoutMs: 1000, source: 'x' },
    });

  it.each([
    ['without the line', missing('lib/a.js', null)],
    ['without the file', missing(null, null)],
  ])('is the more exact one, whichever check ran first: %s', (_name, vague) => {
    const exact = missing('lib/a.js', 1);
    for (const results of [
      [named('a', [vague]), named('b', [exact])],
      [named('a', [exact]), named('b', [vague])],
    ])
      expect(
        judge({ commit: 'c', baseCommit: 'b', results, baseline: [], warnings: [] }).introduced.map(
          ({ line }) => line,
        ),
      ).toEqual([1]);
  });

  it('stays two where file or name differ', () => {
    const results = [
      named('a', [missing('lib/b.js', null), missing(null, null, 'other')]),
      named('b', [missing('lib/a.js', 1)]),
    ];
    expect(
      judge({ commit: 'c', baseCommit: 'b', results, baseline: [], warnings: [] }).introduced,
    ).toHaveLength(3);
  });
});
