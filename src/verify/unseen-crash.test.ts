import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../domain/verdict.ts';
import { judge } from './judge.ts';

const check = { name: 'test', kind: 'test' as const, argv: ['npm', 'test'], timeoutMs: 1000, source: 'x' };
const ended = (output: string): CheckResult => ({
  check,
  status: 'passed',
  exitCode: 0,
  durationMs: 1,
  output,
  diagnostics: [],
});
const fine = '> x@1.0.0 test\n> tape test.js | tap-spec\n\n  ok\n';
const crashed = `${fine}/r/test.js:3\n  throw new Error('boom')\n  ^\n\nError: boom\n    at Test.<anonymous> (test.js:3:9)\n    at node:internal/timers:1:1\n\nNode.js v20.20.2\n`;
const verdict = (now: string, before: string) =>
  judge({ commit: 'c', baseCommit: 'b', results: [ended(now)], baseline: [ended(before)], warnings: [] });

describe('V3: a pass in which a process died', () => {
  it('is in doubt, with the error and what to do', () => {
    const found = verdict(crashed, fine);
    expect(found.status).toBe('unverifiable');
    expect(found.warnings[0]).toContain('"Error: boom" (test.js:3)');
    expect(found.warnings[0]).toContain('a pipe ends with that of its last command');
  });

  it('is a pass where as many die on the base commit: some tests start programs that fail', () => {
    expect(verdict(crashed, crashed).status).toBe('passed');
    expect(verdict(fine, crashed).status).toBe('passed');
  });
});

describe('V3: a pass in which make ignored a failure', () => {
  const ignored = 'not good\nmake: [Makefile:4: check] Error 1 (ignored)\n';

  it('is in doubt, with what make said', () => {
    const found = verdict(ignored, 'good\n');
    expect(found.status).toBe('unverifiable');
    expect(found.warnings[0]).toContain('"make: [Makefile:4: check] Error 1 (ignored)"');
  });

  it('is a pass where make ignores it on the base commit too', () => {
    expect(verdict(ignored, ignored).status).toBe('passed');
  });
});
