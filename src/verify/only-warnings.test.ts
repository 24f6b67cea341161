import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasOnlyWarnings } from './only-warnings.ts';
import { toDiagnostic } from './parse/problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'runyard-test-warnings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const warning = toDiagnostic({ category: 'lint', severity: 'warning', message: 'x' }, null);
const counts = '✖ 1 problem (0 errors, 1 warning)';
function ended(scripts: Readonly<Record<string, string>>, output = counts, argv = ['npm', 'run', 'lint']) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
  const check = { name: 'lint', kind: 'lint' as const, argv, timeoutMs: 1, source: 'x' };
  return hasOnlyWarnings({ check, exitCode: 1, output, diagnostics: [warning] }, folder);
}

describe('V1: a lint check that ends with 1 and only warnings', () => {
  it('passes where one known linter ran', () => {
    expect(ended({ lint: 'eslint . --max-warnings 0' })).toBe(true);
    expect(ended({ lint: 'NODE_ENV=x npx eslint .' })).toBe(true);
    expect(ended({}, counts, ['eslint', '.'])).toBe(true);
  });

  it.each<[string, Readonly<Record<string, string>>, string?]>([
    ['a second program ran', { lint: 'eslint . && own-linter' }],
    ['a program nobody knows ran', { lint: 'own-linter' }],
    ['another one runs after it', { lint: 'eslint .', postlint: 'own-linter' }],
    ['it calls another script', { lint: 'npm run lint:own' }],
    ['a shell makes its words', { lint: 'eslint $(own-linter)' }],
    ['errors are counted', { lint: 'eslint .' }, '✖ 2 problems (1 error, 1 warning)'],
    ['an error is said', { lint: 'biome lint .' }, `${counts}\nError: something nobody parses`],
  ])('fails where %s', (_name, scripts, output) => expect(ended(scripts, output)).toBe(false));
});
