import { describe, expect, it } from 'vitest';
import type { FailureCategory } from '../domain/failure-category.ts';
import type { CheckResult } from '../domain/verdict.ts';
import type { CheckPlan } from './check-plan.ts';
import type { ChecksRun } from './checks-run.ts';
import { toDiagnostic } from './parse/problem.ts';
import { isCertain } from './verdict-cache.ts';

const plan: Pick<CheckPlan, 'install' | 'baseInstall'> = { install: null, baseInstall: null };
const result = (change: Partial<CheckResult> = {}): CheckResult => ({
  check: { name: 'test', kind: 'test', argv: ['x'], timeoutMs: 1, source: 'x' },
  status: 'passed',
  exitCode: 0,
  durationMs: 1,
  output: '',
  diagnostics: [],
  ...change,
});
const run = (change: Partial<ChecksRun> = {}): ChecksRun => ({
  results: [result()],
  baseline: [],
  testRuns: [],
  warnings: [],
  left: [],
  ...change,
});
const leftOut = result({
  check: { name: 'lint', kind: 'lint', argv: ['x'], timeoutMs: 1, source: 'x' },
  status: 'not-run',
});
const problem = (category: FailureCategory) => toDiagnostic({ category, message: 'x' }, null);
const runs = (failures: number, before: number) => ({
  check: 'test',
  fingerprint: 'f',
  change: { runs: 3, failures },
  baseline: { runs: 3, failures: before },
});

describe('V3: what is kept of a verification', () => {
  it('is what would come out the same again', () => {
    expect(isCertain(run(), plan)).toBe(true);
    const failed = result({ status: 'failed', exitCode: 1, diagnostics: [problem('test_failure')] });
    expect(isCertain(run({ results: [failed], testRuns: [runs(3, 0)] }), plan)).toBe(true);
    expect(isCertain(run(), { ...plan, install: { argv: ['npm', 'ci'], source: 'package-lock.json' } })).toBe(
      true,
    );
  });

  it('is also what was left out because of a definite failure', () => {
    const failed = result({ status: 'failed', exitCode: 1, diagnostics: [problem('test_failure')] });
    const results = [failed, leftOut];
    expect(isCertain(run({ results, left: ['lint'] }), plan)).toBe(true);
    expect(isCertain(run({ results }), plan)).toBe(false);
    expect(isCertain(run({ results: [leftOut], left: ['lint'] }), plan)).toBe(false);
  });

  it.each<[string, Partial<ChecksRun>, Partial<CheckPlan>]>([
    ['a time-out', { results: [result({ status: 'timed-out' })] }, {}],
    ['a check that did not run', { results: [result(), result({ status: 'not-run' })] }, {}],
    ['a base commit that timed out', { baseline: [result({ status: 'timed-out' })] }, {}],
    [
      'a failure of the network',
      { results: [result({ status: 'failed', diagnostics: [problem('network')] })] },
      {},
    ],
    ['a flaky test', { testRuns: [runs(1, 1)] }, {}],
    ['a test that became flaky', { testRuns: [runs(1, 0)] }, {}],
    ['nothing at all', { results: [] }, {}],
    [
      'what was left out for a failure that may pass',
      {
        results: [result({ status: 'failed', diagnostics: [problem('git_lock')] }), leftOut],
        left: ['lint'],
      },
      {},
    ],
    [
      'a value that is missing',
      { results: [result({ status: 'failed', diagnostics: [problem('missing_env_var')] })] },
      {},
    ],
    [
      'what a person mends outside of the commit',
      { results: [result({ status: 'failed', diagnostics: [problem('auth'), problem('test_failure')] })] },
      {},
    ],
    [
      'a setting of git or of the machine',
      {
        results: (['git_config', 'git_hook_failed', 'config_error', 'permission'] as const).map((category) =>
          result({ status: 'failed', diagnostics: [problem(category)] }),
        ),
      },
      {},
    ],
    ['packages without a lock file', {}, { install: { argv: ['npm', 'install'], source: 'package.json' } }],
  ])('is not %s', (_name, change, planned) => {
    expect(isCertain(run(change), { ...plan, ...planned })).toBe(false);
  });
});
