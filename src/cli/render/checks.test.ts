import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { InspectedCheck, InspectedChecks } from '../../verify/inspect-checks.ts';
import { createStyle } from '../terminal.ts';
import { renderChecks } from './checks.ts';

const hostile = `\x1b]0;bad\x07${'long '.repeat(40)}`;
const check = (given: Partial<InspectedCheck>): InspectedCheck => ({
  name: 'test',
  kind: 'test',
  argv: ['npm', 'test'],
  timeoutMs: 1000,
  source: 'package.json scripts.test',
  reasons: ['package.json has the script "test": vitest run'],
  missing: null,
  ...given,
});
const found: InspectedChecks = {
  repository: '/srv/shop',
  commit: 'a'.repeat(40),
  baseCommit: 'b'.repeat(40),
  changedFiles: ['packages/a/x.ts'],
  install: {
    argv: ['pnpm', 'install', '--frozen-lockfile'],
    source: 'pnpm-lock.yaml',
    brings: { packageName: 'pnpm', version: '10', program: 'pnpm' },
  },
  workspace: {
    source: 'pnpm-workspace.yaml',
    total: 3,
    affected: { all: null, packages: [{ folder: 'packages/a', name: 'a', reason: 'changed' }] },
  },
  checks: [
    check({
      name: 'lint',
      kind: 'lint',
      argv: ['ruff', 'check', '.'],
      needs: [],
      fix: ['ruff', 'check', '--fix', '.'],
      missing: 'ruff',
    }),
    check({ name: 'test (packages/a)', needs: ['build (packages/a)'] }),
    check({ name: hostile, source: hostile, argv: ['node', hostile] }),
  ],
  leftOut: [{ what: 'test:e2e', source: 'package.json scripts.test:e2e', why: 'it needs a browser' }],
  removed: [check({ name: 'typecheck' })],
  warnings: [hostile],
  broken: null,
};

describe('runyard checks', () => {
  it.each([40, 80, 200])(
    'V1: fits into %i columns, and what a repository says steers no terminal',
    (columns) => {
      const text = renderChecks(found, { columns, style: createStyle(true) });
      const lines = stripVTControlCharacters(text).split('\n');
      expect(text).not.toContain('\x1b]0');
      if (columns >= 80) expect(lines.filter((line) => line.length > columns)).toEqual([]);
    },
  );

  it('V1: says why, what mends it, when it starts, what is left out, taken away and missing', () => {
    const text = renderChecks(found, { columns: 100, style: createStyle(false) });
    expect(text).toContain('packages/a: changed');
    expect(text).toContain('pnpm@10 comes from');
    expect(text).toMatch(/lint +MISSING ruff check \. +at once/);
    expect(text).toContain('mended by: ruff check --fix .');
    expect(text).toContain('after build (packages/a)');
    expect(text).toContain('test:e2e (package.json scripts.test:e2e): it needs a browser');
    expect(text).toContain('Taken away\n  typecheck');
  });

  it('V1: says so where there is nothing to check with, or package.json cannot be read', () => {
    const view = { columns: 80, style: createStyle(false) };
    expect(renderChecks({ ...found, checks: [] }, view)).toContain('There is nothing to check with.');
    const broken = { file: 'package.json', message: 'Unexpected token', line: 3 };
    expect(renderChecks({ ...found, checks: [], broken }, view)).toContain(
      'cannot be read at line 3: Unexpected',
    );
  });
});
