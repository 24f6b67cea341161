import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../domain/verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';
import { compareUnreadable, stableDigest } from './unreadable.ts';

function failed(output: string, change: Partial<CheckResult> = {}): CheckResult {
  const check = { name: 'test', kind: 'test' as const, argv: ['x'], timeoutMs: 1000, source: 'package.json' };
  return { check, status: 'failed', exitCode: 1, durationMs: 1, output, diagnostics: [], ...change };
}

const verdict = (now: CheckResult, before: CheckResult) =>
  judge({ commit: 'c', baseCommit: 'b', results: [now], baseline: [before], warnings: [] });

describe('V3: two failed runs that cannot be read into problems', () => {
  it.each([
    ['durations', 'wrong sum, took 12ms', 'wrong sum, took 3.4 s'],
    ['positions', 'wrong sum in src/a.js:3:7', 'wrong sum in src/a.js:19:7'],
    ['times', '2026-01-01T10:00:00Z wrong sum', '2026-11-21T11:12:13.123Z wrong sum'],
    ['ports', 'wrong sum from 127.0.0.1:4000', 'wrong sum from 127.0.0.1:51234'],
  ])('are the same where only %s differ', (_name, before, now) => {
    expect(compareUnreadable(failed(now), failed(before))).toBe('same');
    expect(verdict(failed(now), failed(before)).status).toBe('passed');
  });

  it.each([
    ['a line more', 'Error: wrong\nbad a', 'Error: wrong\nbad a\nbad b'],
    ['a greater count', 'Error: wrong\nfailures:1', 'Error: wrong\nfailures:4'],
    ['no words at all', '', ''],
    [
      'only what the package manager says',
      '> x@1.0.0 test\n> node check.js\n',
      '> x@1.0.0 test\n> node check.js\n',
    ],
    ['a part left out', 'bad\n[… 90 characters left out …]\nend', 'bad\n[… 90 characters left out …]\nend'],
  ])('are in doubt, neither passed nor blamed, with %s', (_name, before, now) => {
    const found = verdict(failed(now), failed(before));
    expect(found).toMatchObject({ status: 'unverifiable', introduced: [], preexisting: [] });
    expect(found.warnings[0]).toMatch(/does not show whether the change adds a failure/);
  });

  it('are in doubt where the exit code is another', () => {
    expect(compareUnreadable(failed('bad', { exitCode: 2 }), failed('bad'))).toBe('cannot-tell');
  });

  it('differ where one says nothing and the exit code is another', () => {
    expect(compareUnreadable(failed(''), failed('grep: note.txt: gone', { exitCode: 2 }))).toBe('different');
    expect(compareUnreadable(failed(''), failed('', { exitCode: 2 }))).toBe('different');
    expect(compareUnreadable(failed(''), failed('grep: note.txt: gone'))).toBe('cannot-tell');
  });

  it('are the same where all tests passed and a script after them fails alike, however many tests there are', () => {
    const run = (tests: number, after: string, counts: Partial<CheckResult['tests']> = {}) =>
      failed(
        `> x@1.0.0 test\n> tape test.js\n\nok ${tests}\n# tests ${tests}\n# pass ${tests}\n\n> x@1.0.0 posttest\n> npx audit\nnpm error code ${after}\n`,
        { tests: { runners: 'tap', passed: tests, failed: 0, skipped: 0, ...counts } },
      );
    expect(compareUnreadable(run(3, 'ENOTCACHED'), run(2, 'ENOTCACHED'))).toBe('same');
    expect(verdict(run(3, 'ENOTCACHED'), run(2, 'ENOTCACHED')).status).toBe('passed');
    expect(verdict(run(2, 'ENOTCACHED'), run(3, 'ENOTCACHED')).status).toBe('failed');
    expect(compareUnreadable(run(3, 'ENOTCACHED', { failed: 1 }), run(2, 'ENOTCACHED'))).toBe('cannot-tell');
    expect(compareUnreadable(run(3, 'ENOTCACHED\nmore'), run(2, 'ENOTCACHED'))).toBe('cannot-tell');
  });

  it('are compared by what was noted of the whole output where it was cut', () => {
    const cut = (whole: string) =>
      failed('bad\n[… 90 characters left out …]\nend', { stableDigest: stableDigest(whole) });
    expect(compareUnreadable(cut('a 1ms\nb'), cut('a 7ms\nb'))).toBe('same');
    expect(compareUnreadable(cut('a\nb'), cut('a\nc'))).toBe('cannot-tell');
  });

  it('do not let a change pass beside them, and do not hide what it broke elsewhere', () => {
    const doubtful = [failed('Error: bad\nworse'), failed('Error: bad')] as const;
    const other = { ...doubtful[0].check, name: 'lint', kind: 'lint' as const };
    const results = (status: 'passed' | 'failed') => [doubtful[0], failed('boom', { check: other, status })];
    const input = { commit: 'c', baseCommit: 'b', baseline: [doubtful[1]], warnings: [] };
    expect(judge({ ...input, results: results('passed') }).status).toBe('unverifiable');
    expect(judge({ ...input, results: results('failed') }).status).toBe('failed');
  });

  it('are nothing to wait for where formatting only warns', () => {
    const check = { ...failed('').check, name: 'format', kind: 'format' as const };
    const input = { commit: 'c', baseCommit: 'b', warnings: [], format: 'warn' as const };
    const results = [failed('Error: bad\nworse', { check }), failed('', { status: 'passed' })];
    expect(judge({ ...input, results, baseline: [failed('Error: bad', { check })] }).status).toBe('passed');
  });

  it('never pass with a line more than before, whatever it says', () => {
    const line = fc.constantFrom('not ok', 'Error: x', 'fails: 2', 'assert', 'a.js:1:2 bad', 'ok', 'in 3ms');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), line, fc.nat(6), (lines, more, at) => {
        const now = [...lines.slice(0, at), more, ...lines.slice(at)];
        expect(verdict(failed(now.join('\n')), failed(lines.join('\n'))).status).not.toBe('passed');
      }),
    );
  });
});

describe('V3: two failed runs of which one can be read', () => {
  const problem = toDiagnostic({ category: 'test_failure', message: 'adds', symbol: 'adds' }, null);
  const readable = failed('adds fails', { diagnostics: [problem] });

  it.each([
    ['the change', readable, failed('bad')],
    ['the base commit', failed('bad'), readable],
  ])('only on %s: held against the change, with a note', (_name, now, before) => {
    const found = verdict(now, before);
    expect([found.status, found.introduced.length]).toEqual(['failed', 1]);
    expect(found.warnings.join()).toMatch(/only one of the two outputs can be read/);
  });

  it('equal problems are in doubt where the runner counts more failures, or ends otherwise', () => {
    const counted = (failures: number) => ({ ...readable, output: `adds fails\n# fail ${failures}` });
    expect(verdict(counted(1), counted(1)).status).toBe('passed');
    expect(verdict(counted(4), counted(1)).status).toBe('unverifiable');
    expect(verdict({ ...readable, exitCode: 139 }, readable).status).toBe('unverifiable');
  });
});
