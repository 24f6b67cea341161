import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Diagnostic } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';
import type { Tally } from './test-runs.ts';

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

  it('names the file, where the runner was given a single one, and the test it named last', () => {
    const output = 'ok 1 - answers\n  ---\n  duration_ms: 92.3\n  ...\n';
    const late = result('timed-out', [], { output });
    const check = { ...late.check, argv: ['node', '--test', 'test/server.test.js'] };
    const [problem] = verdict({ ...late, check }, null).introduced;
    expect(problem).toMatchObject({ category: 'timeout', file: 'test/server.test.js' });
    expect(problem?.message).toContain('The last it said: ok 1 - answers');
    const several = { ...check, argv: [...check.argv, 'test/other.test.js'] };
    expect(verdict({ ...late, check: several }, null).introduced[0]?.file).toBeNull();
  });

  it('comes with what failed before, unless it failed on the base commit too', () => {
    const late = result('timed-out', [problem('old'), problem('new')]);
    const messages = (before: CheckResult | null) =>
      verdict(late, before)
        .introduced.slice(1)
        .map(({ message }) => message);
    expect(messages(result('passed'))).toEqual(['old', 'new']);
    expect(messages(failing('old'))).toEqual(['new']);
    expect(messages(null)).toEqual([]);
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

describe('V3: a failed test that was run again', () => {
  /** One test, by how often it failed on either side; its first run is the result. */
  function rerun(change: Tally, baseline: Tally, isOldFirst = false) {
    const now = failing('a test');
    const [diagnostic] = now.diagnostics;
    return judge({
      commit: 'c',
      baseCommit: 'b',
      results: [now],
      baseline: [isOldFirst ? now : result('passed')],
      testRuns: [{ check: 'test', fingerprint: diagnostic?.fingerprint ?? '', change, baseline }],
      warnings: [],
    });
  }

  it.each([
    [3, 3, 0, 3, 'failed', 0],
    [3, 3, 0, 0, 'failed', 0],
    [1, 3, 0, 10, 'failed', 0],
    [1, 3, 1, 10, 'passed', 2],
    [2, 3, 3, 3, 'passed', 2],
    [10, 10, 1, 3, 'failed', 0],
  ])(
    '%i of %i runs on the change, %i of %i on the base: %s',
    (failures, runs, oldFailures, oldRuns, status, flaky) => {
      const verdict = rerun({ failures, runs }, { failures: oldFailures, runs: oldRuns });
      expect(verdict.status).toBe(status);
      expect(verdict.flaky).toHaveLength(flaky);
      expect(verdict.introduced).toHaveLength(status === 'failed' ? 1 : 0);
    },
  );

  it('keeps its fingerprint whatever is said of its runs, so that two attempts can be compared', () => {
    const became = rerun({ failures: 1, runs: 3 }, { failures: 0, runs: 10 });
    expect(became.fingerprint).toBe(rerun({ failures: 3, runs: 3 }, { failures: 0, runs: 3 }).fingerprint);
    expect(became.introduced[0]?.runAgain).toBe(true);
    expect(became.introduced[0]?.message).toMatch(
      /Became flaky: failed in 1 of 3 runs on the change, 0 of 10 runs on the base/,
    );
  });

  const tally = fc
    .record({ runs: fc.integer({ min: 1, max: 10 }), failures: fc.nat(10) })
    .map(({ runs, failures }) => ({ runs, failures: Math.min(runs, failures) }));
  const failed = tally.map(({ runs, failures }) => ({ runs, failures: Math.max(1, failures) }));
  const always = fc.integer({ min: 1, max: 10 }).map((runs) => ({ runs, failures: runs }));
  const never = fc.nat(10).map((runs) => ({ runs, failures: 0 }));

  it('is introduced whenever it fails in all runs of the change and in none of the base', () => {
    fc.assert(
      fc.property(always, never, (change, base) => {
        expect(rerun(change, base).status).toBe('failed');
      }),
    );
  });

  it('is never let off by runs of the change alone', () => {
    fc.assert(
      fc.property(failed, never, (change, base) => {
        const verdict = rerun(change, base);
        expect([verdict.status, verdict.flaky]).toEqual(['failed', []]);
      }),
    );
  });

  it('is old whenever it fails in all runs of both', () => {
    fc.assert(
      fc.property(always, always, (change, base) => {
        const verdict = rerun(change, base, true);
        expect([verdict.status, verdict.preexisting.length, verdict.flaky]).toEqual(['passed', 1, []]);
      }),
    );
  });

  it('is exactly one of introduced, old and flaky', () => {
    fc.assert(
      fc.property(failed, tally, (change, base) => {
        const verdict = rerun(change, base, base.failures > 0);
        const places = [
          verdict.introduced.length > 0,
          verdict.preexisting.length > 0,
          verdict.status === 'passed' && verdict.preexisting.length === 0,
        ];
        expect(places.filter(Boolean)).toHaveLength(1);
      }),
    );
  });
});

describe('any results of any checks', () => {
  const messages = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
  const outcome = fc.record({
    status: fc.constantFrom<Status>('passed', 'failed', 'timed-out', 'not-run'),
    messages,
  });
  const of = ({ status, messages: said }: { status: Status; messages: readonly string[] }, name: string) =>
    result(status, status === 'failed' ? said.map((message) => problem(message)) : [], {
      check: { name, kind: 'test', argv: ['x'], timeoutMs: 1000, source: 'x' },
    });

  it('pass only when nothing was introduced, and equal results on both sides introduce nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(outcome, outcome), { maxLength: 5 }), (pairs) => {
        const results = pairs.map(([now], index) => of(now, `t${index}`));
        const baseline = pairs.map(([, before], index) => of(before, `t${index}`));
        const input = { commit: 'c', baseCommit: 'b', warnings: [] };
        const found = judge({ ...input, results, baseline });
        expect(found.status === 'failed').toBe(found.introduced.length > 0);
        expect(found.fingerprint === null).toBe(found.introduced.length === 0);
        expect(judge({ ...input, results, baseline: results }).introduced).toEqual([]);
      }),
    );
  });
});

describe('checks of formatting', () => {
  const ugly = {
    ...failing('ugly'),
    check: { name: 'format', kind: 'format' as const, argv: ['x'], timeoutMs: 1000, source: 'x' },
  };
  const input = {
    commit: 'c',
    baseCommit: 'b',
    results: [ugly, result('passed')],
    baseline: [],
    warnings: [],
  };

  it('refuse a change unless they are only to warn', () => {
    expect(judge(input).status).toBe('failed');
    expect(judge({ ...input, format: 'warn' })).toMatchObject({
      status: 'passed',
      introduced: [],
      fingerprint: null,
    });
    expect(judge({ ...input, format: 'warn' }).warnings).toEqual([
      'format: 1 problem of formatting; formatting only warns here (checks.format).',
    ]);
    // What only warns verifies nothing.
    expect(judge({ ...input, results: [ugly], format: 'warn' }).status).toBe('unverifiable');
  });
});
