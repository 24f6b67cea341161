import { describe, expect, it } from 'vitest';
import type { CheckResult, TestTally } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';

const check = { name: 'test', kind: 'test' as const, argv: ['npm', 'test'], timeoutMs: 1000, source: 'x' };
const old = toDiagnostic({ category: 'test_failure', message: 'old', symbol: 'old' }, null);

function ended(
  status: 'passed' | 'failed',
  tests: Partial<TestTally> | null,
  change: Partial<CheckResult> = {},
): CheckResult {
  const tally = { runners: 'mocha', passed: 0, failed: 0, skipped: 0, ...tests };
  return {
    check,
    status,
    exitCode: status === 'passed' ? 0 : 1,
    durationMs: 1,
    output: '> x@1.0.0 test\n> mocha\n',
    diagnostics: status === 'failed' ? [old] : [],
    ...(tests ? { tests: tally } : {}),
    ...change,
  };
}

const verdict = (now: CheckResult, before: CheckResult) =>
  judge({ commit: 'c', baseCommit: 'b', results: [now], baseline: [before], warnings: [] });

describe('V3: a suite that passes must have run the tests of the base commit', () => {
  it('fails where none of them runs any more, whoever counts', () => {
    const found = verdict(ended('passed', { runners: 'node:test' }), ended('passed', { passed: 4 }));
    expect(found).toMatchObject({ status: 'failed', introduced: [{ category: 'no_tests' }] });
    expect(found.introduced[0]?.message).toContain('4 tests ran on the base commit, 0 run now');
  });

  it('fails where fewer run and the change takes none, or too few, away', () => {
    const before = ended('passed', { passed: 4 });
    const found = verdict(ended('passed', { passed: 1, skipped: 3 }), before);
    expect(found.introduced[0]?.message).toContain(
      '1 runs now (3 more skipped), and the change takes none away',
    );
    expect(verdict(ended('passed', { passed: 1 }, { removedTests: 2 }), before).status).toBe('failed');
  });

  it('passes where the tests that are missing were taken away, with a warning where they cannot be counted', () => {
    const before = ended('passed', { passed: 4 });
    expect(verdict(ended('passed', { passed: 2 }, { removedTests: 2 }), before)).toMatchObject({
      status: 'passed',
      warnings: [],
    });
    const uncounted = verdict(ended('passed', { passed: 2 }, { removedTests: null }), before);
    expect(uncounted).toMatchObject({
      status: 'passed',
      warnings: [expect.stringContaining('cannot be told how many')],
    });
  });

  it('fails on a red base commit where the old failure is all that is left of the tests', () => {
    const before = ended('failed', { passed: 5, failed: 1 });
    expect(verdict(ended('failed', { passed: 1, failed: 1 }), before)).toMatchObject({
      status: 'failed',
      preexisting: [{ symbol: 'old' }],
    });
    expect(verdict(ended('failed', { passed: 5, failed: 1 }), before).status).toBe('passed');
  });

  it('is in doubt where the runner stops at the first failure, or does not sum up any more', () => {
    const before = ended('failed', { passed: 5, failed: 1 });
    const output = '> x@1.0.0 test\n> mocha --bail\n';
    expect(verdict(ended('failed', { passed: 1, failed: 1 }, { output }), before).status).toBe(
      'unverifiable',
    );
    expect(verdict(ended('passed', null), ended('passed', { passed: 2 })).status).toBe('unverifiable');
  });

  it('is in doubt where TAP without a known runner has fewer results', () => {
    const tap = (passed: number) => ended('passed', { runners: 'TAP', passed });
    expect(verdict(tap(1), tap(2)).status).toBe('unverifiable');
    expect(verdict(tap(3), tap(2)).status).toBe('passed');
  });

  it('is in doubt where a script without a runner says nothing any more', () => {
    const said = { output: '> x@1.0.0 test\n> node test.js\n\nall good\n' };
    const silent = { output: '> x@1.0.0 test\n> node test.js\n\n' };
    expect(verdict(ended('passed', null, silent), ended('passed', null, said)).status).toBe('unverifiable');
    expect(verdict(ended('passed', null, silent), ended('passed', null, silent)).status).toBe('passed');
    expect(verdict(ended('passed', null, said), ended('passed', null, silent)).status).toBe('passed');
  });

  it('says nothing where the base commit cannot be counted, another runner counts, or more run', () => {
    for (const [now, before] of [
      [{ passed: 1 }, null],
      [null, null],
      [{ passed: 1, runners: 'vitest' }, { passed: 9 }],
      [{ passed: 9 }, { passed: 1 }],
      [{}, {}],
    ] as const)
      expect(verdict(ended('passed', now), ended('passed', before))).toMatchObject({
        status: 'passed',
        warnings: [],
      });
  });

  it('does not compare the tests of changed files alone, and tells of nothing beside a new failure', () => {
    const some = { ...check, name: 'test:changed' };
    const [now, before] = [
      ended('passed', { passed: 1 }, { check: some }),
      ended('passed', { passed: 3 }, { check: some }),
    ];
    expect(verdict(now, before).status).toBe('passed');
    expect(verdict(ended('failed', { failed: 1 }), ended('passed', { passed: 3 })).introduced).toHaveLength(
      1,
    );
  });
});
