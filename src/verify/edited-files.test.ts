import { describe, expect, it } from 'vitest';
import type { CheckKind, CheckResult } from '../domain/verdict.ts';
import { passedAsDelivered } from './edited-files.ts';

const passed = (edited: readonly string[], kind: CheckKind = 'test'): CheckResult => ({
  check: { name: kind, kind, argv: ['x'], timeoutMs: 1, source: 'x' },
  status: 'passed',
  exitCode: 0,
  durationMs: 1,
  output: 'all is well',
  diagnostics: [],
  edited: [...edited],
});

async function told(first: CheckResult, again: CheckResult, base: CheckResult) {
  const asked: string[] = [];
  const result = await passedAsDelivered(first, {
    again: async () => {
      asked.push('again');
      return again;
    },
    onBase: async () => {
      asked.push('base');
      return base;
    },
  });
  return { result, asked };
}

describe('V3: a check that changes code of the commit and passes', () => {
  it('fails, and names the files, when it does so again and the base commit does not', async () => {
    const edits = passed(['src/sum.mjs', 'README.md']);
    const { result } = await told(edits, edits, passed([]));
    expect(result.status).toBe('failed');
    expect(result.diagnostics[0]).toMatchObject({ severity: 'error', file: 'src/sum.mjs' });
    expect(result.diagnostics[0]?.message).toContain('What passed is not what would be delivered');
    expect(result.diagnostics[0]?.message).not.toContain('README.md');
    expect(result.output).toMatch(/src\/sum\.mjs[\s\S]+all is well/);
  });

  it('passes when the base commit changes the same files: they are generated', async () => {
    const { result, asked } = await told(passed(['src/version.ts']), passed([]), passed(['src/version.ts']));
    expect(result.status).toBe('passed');
    expect(asked).toEqual(['base']);
  });

  it('is judged by its second run when that leaves the files alone', async () => {
    const second: CheckResult = { ...passed([]), status: 'failed', exitCode: 1 };
    expect((await told(passed(['a.ts']), second, passed([]))).result).toBe(second);
    const clean = passed([]);
    expect((await told(passed(['a.ts']), clean, passed([]))).result).toBe(clean);
  });

  it.each<[string, CheckResult]>([
    ['a formatter', passed(['a.ts'], 'format')],
    ['an installation', passed(['a.ts'], 'install')],
    ['words and pictures', passed(['README.md', 'a.png'])],
    [
      'files that tools own',
      passed(['next-env.d.ts', 'tsconfig.json', 'package-lock.json', 'x.tsbuildinfo'], 'build'),
    ],
    ['a failure', { ...passed(['a.ts']), status: 'failed' }],
  ])('is left as it is: %s', async (_name, first) => {
    const { result, asked } = await told(first, first, passed([]));
    expect(result).toBe(first);
    expect(asked).toEqual([]);
  });
});
