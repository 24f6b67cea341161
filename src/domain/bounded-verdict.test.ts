import { describe, expect, it } from 'vitest';
import type { AttemptRecord } from './attempt.ts';
import { boundedAttempts, boundedVerdict } from './bounded-verdict.ts';
import type { CheckResult, Diagnostic, Verdict } from './verdict.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const problem = (number: number): Diagnostic => ({
  category: 'type_error',
  severity: 'error',
  message: `problem ${number} ${'x'.repeat(3_000)}`,
  file: 'src/a.ts',
  line: number,
  symbol: null,
  hint: null,
  fingerprint: `f${number}`,
});

const result = (
  name: string,
  status: CheckResult['status'],
  diagnostics: Diagnostic[] = [],
): CheckResult => ({
  check: { name, kind: 'test', argv: ['npm', 'test'], timeoutMs: 1_000, source: 'package.json' },
  status,
  exitCode: status === 'passed' ? 0 : 1,
  durationMs: 1,
  output: `begin ${name} ${'ü'.repeat(15_900)} end ${name}`,
  diagnostics,
  logDigest: 'd'.repeat(64),
});

const verdict = (given: Partial<Verdict>): Verdict => ({
  status: 'passed',
  commit: 'c',
  baseCommit: 'b',
  results: [],
  baseline: [],
  introduced: [],
  preexisting: [],
  warnings: [],
  guards: [],
  flaky: [],
  fingerprint: null,
  ...given,
});

const many = (count: number, status: CheckResult['status']) =>
  Array.from({ length: count }, (_, index) => result(`test ${index}`, status));

describe('S5: a verdict that is small enough for a checkpoint', () => {
  it('keeps 90 passed checks of a monorepo with the end of what they said', () => {
    const bounded = boundedVerdict(verdict({ results: many(90, 'passed'), baseline: many(90, 'passed') }));
    expect(bytesOf(bounded)).toBeLessThanOrEqual(256 * 1024);
    expect(bounded.results).toHaveLength(90);
    expect(bounded.results[7]?.output).toMatch(/^begin test 7 [^]*end test 7$/);
    expect(bounded.results.every(({ logDigest, status }) => logDigest && status === 'passed')).toBe(true);
  });

  it('leaves what failed as it is where there is room', () => {
    const failed = result('test', 'failed', [problem(1)]);
    const bounded = boundedVerdict(
      verdict({ status: 'failed', results: [failed, result('lint', 'passed')] }),
    );
    expect(bounded.results[0]).toEqual(failed);
    expect(bounded.results[1]?.output.length).toBeLessThanOrEqual(1_000);
  });

  it('cuts 90 failed checks and thousands of problems, and says how many are left out', () => {
    const problems = Array.from({ length: 4_000 }, (_, index) => problem(index));
    const given = verdict({
      status: 'failed',
      results: many(90, 'failed'),
      introduced: problems,
      preexisting: problems,
    });
    const bounded = boundedVerdict(given);
    expect(bytesOf(bounded)).toBeLessThanOrEqual(256 * 1024);
    expect(bounded.introduced[0]?.fingerprint).toBe('f0');
    expect(bounded.warnings.at(-1)).toMatch(/^\d+ more problems are not kept/);
    expect(boundedVerdict(bounded)).toEqual(bounded);
  });

  it('keeps 40 attempts in a checkpoint, the newest ones more fully', () => {
    const attempt = { verdict: verdict({ results: many(90, 'failed') }) } as AttemptRecord;
    const kept = boundedAttempts(Array.from({ length: 40 }, () => attempt));
    expect(bytesOf(kept)).toBeLessThan(4 * 1024 * 1024);
    const said = kept.map(({ verdict: one }) => one?.results[0]?.output.length ?? 0);
    expect(said[39]).toBeGreaterThan(said[0] ?? 0);
  });

  it('X13: never leaves out a guard that blocks or asks', () => {
    const asked = Array.from({ length: 300 }, (_, index) => ({
      guard: 'ci-files' as const,
      action: index % 2 ? ('ask' as const) : ('warn' as const),
      message: 'm'.repeat(400),
      file: 'a',
      line: null,
      evidence: 'e'.repeat(4_000),
      hint: '',
      fingerprint: `${index}`,
    }));
    const bounded = boundedVerdict(verdict({ guards: asked }));
    expect(bytesOf(bounded)).toBeLessThanOrEqual(256 * 1024);
    expect(bounded.guards.filter(({ action }) => action === 'ask')).toHaveLength(150);
  });
});
