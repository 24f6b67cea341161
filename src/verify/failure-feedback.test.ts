import { describe, expect, it } from 'vitest';
import type { CheckResult, Verdict } from '../domain/verdict.ts';
import { failureFeedback } from './failure-feedback.ts';
import { formatVerdict } from './format-verdict.ts';
import { judge } from './judge.ts';
import { toDiagnostic } from './parse/problem.ts';

function result(
  name: string,
  status: CheckResult['status'],
  output: string,
  messages: readonly string[],
): CheckResult {
  return {
    check: { name, kind: 'test', argv: ['npm', 'run', name], timeoutMs: 60_000, source: 'package.json' },
    status,
    exitCode: status === 'failed' ? 1 : 0,
    durationMs: 1234,
    output,
    diagnostics: messages.map((message, index) =>
      toDiagnostic(
        { category: 'missing_export', message, file: 'src/a.ts', line: index + 1, symbol: `name${index}` },
        null,
      ),
    ),
  };
}

function verdict(results: readonly CheckResult[], baseline: readonly CheckResult[] = []): Verdict {
  return judge({
    commit: 'c',
    baseCommit: 'b',
    results,
    baseline,
    warnings: ['The change adds packages: x@1.'],
  });
}

describe('V4, V5: what the next attempt is told', () => {
  it('is each new problem with its place and what to do, and the output of its check', () => {
    const text = failureFeedback(verdict([result('build', 'failed', 'the whole story', ['no export a'])]));
    expect(text).toContain('Checks: build (failed).');
    expect(text).toContain('- src/a.ts:1: no export a [missing_export]');
    expect(text).toContain('What to do: The module exists but does not export (name0) at src/a.ts:1');
    expect(text).toContain('### Check build: 1 new problem(s)');
    expect(text).toContain('Output of build (npm run build, exit code 1)');
    expect(text).toContain('the whole story');
    expect(text).toContain('Note: The change adds packages: x@1.');
  });

  it('does not send it after old problems, nor show their output', () => {
    const old = result('lint', 'failed', 'old lint output', ['old one']);
    const text = failureFeedback(verdict([old, result('test', 'failed', 'new output', ['new one'])], [old]));
    expect(text).not.toContain('old one');
    expect(text).not.toContain('old lint output');
    expect(text).toContain('new output');
  });

  it('names a time-out as one', () => {
    expect(failureFeedback(verdict([result('test', 'timed-out', '', [])]))).toContain(
      'test (time limit reached)',
    );
  });

  it('puts the check with the main problem first, and the further lines of a message under it, fenced', () => {
    const test = { ...result('test', 'failed', '', ['expected 1 to be 2\n- 1\n+ 2']) };
    const failing = test.diagnostics.map((one) => ({ ...one, category: 'test_failure' }));
    const text = failureFeedback(
      verdict([{ ...test, diagnostics: failing }, result('typecheck', 'failed', '', ['no export a'])]),
    );
    expect(text.indexOf('### Check typecheck')).toBeLessThan(text.indexOf('### Check test'));
    expect(text).toContain('~~~\n- 1\n+ 2\n~~~');
  });

  it('stays small whatever the checks print', () => {
    const messages = Array.from({ length: 500 }, (_, index) => `problem ${index} ${'x'.repeat(5_000)}`);
    const text = failureFeedback(verdict([result('test', 'failed', 'y'.repeat(1_000_000), messages)]));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(14_000);
    expect(text).toContain('more of this kind');
  });
});

describe('a verdict for people', () => {
  const mixed = verdict([
    result('build', 'passed', '', []),
    result('test', 'failed', '', ['no export a']),
    result('e2e', 'timed-out', '', []),
    result('docs', 'not-run', 'the program mdbook is not there', []),
  ]);

  it('has a line per check, the problems, and what to do', () => {
    expect(formatVerdict(mixed)).toMatchInlineSnapshot(`
      "✓ build    1.2s  npm run build
      ✗ test     1.2s  npm run test
      ⏱ e2e      1.2s  npm run e2e (time limit of 1m 00s reached)
      – docs     1.2s  npm run docs (not run: the program mdbook is not there)

      New problems:
        src/a.ts:1 no export a [missing_export]
        The check e2e reached its time limit of 60 s. [timeout]
          Look for an endless loop, an open handle, a server that is not closed or a watch mode.

      ! The change adds packages: x@1.

      Failed: the change causes 2 new problem(s) (test, e2e). Mend them and verify again."
    `);
  });

  it('is plain ASCII where the terminal needs it', () => {
    expect(formatVerdict(mixed, { ascii: true })).toMatch(/^[\x20-\x7e\n]+$/);
  });

  it('says what an unverifiable change needs', () => {
    expect(formatVerdict(verdict([]))).toContain(
      'Unverifiable: the repository has no tests or checks of its own.',
    );
  });
});
