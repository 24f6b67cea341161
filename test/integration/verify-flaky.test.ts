import { afterEach, describe, expect, it } from 'vitest';
import { removeTestFolders, statuses, testRepository } from './verify-helpers.ts';

afterEach(removeTestFolders);

const manifest = JSON.stringify({
  name: 'x',
  version: '1.0.0',
  type: 'module',
  scripts: { test: 'node --test' },
});
/** Fails in the runs of its tree whose numbers it is told; HOME is the tree's own and outlives a run. */
const failsIn = (name: string, runs: readonly number[]) => `
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
test('${name}', () => {
  const file = join(process.env.HOME, 'runs-${name.replaceAll(' ', '-')}');
  appendFileSync(file, 'x');
  const run = readFileSync(file, 'utf8').length;
  assert.ok(!${JSON.stringify(runs)}.includes(run), 'by chance');
});
`;
const steady = "import { test } from 'node:test';\nimport '../add.js';\ntest('steady', () => {});\n";
const all = Array.from({ length: 20 }, (_, index) => index + 1);
const base = {
  'package.json': manifest,
  'add.js': 'export const add = (a, b) => a + b;\n',
  'test/steady.test.js': steady,
};
const edit = { 'add.js': 'export const add = (a, b) => b + a;\n' };

describe('V3: a test that fails by chance', () => {
  it('on both sides is named, is a warning, and does not count', async () => {
    const flaky = { ...base, 'test/flaky.test.js': failsIn('rolls dice', [1, 3]) };
    const verdict = await (await testRepository(flaky, edit)).verify();
    expect(verdict).toMatchObject({ status: 'passed', introduced: [] });
    expect(verdict.flaky.map(({ test, on }) => [test, on])).toEqual([
      ['rolls dice', 'change'],
      ['rolls dice', 'baseline'],
    ]);
    expect(verdict.flaky[0]).toMatchObject({ check: 'test', file: 'test/flaky.test.js' });
    expect(verdict.warnings.join('\n')).toContain('"rolls dice" is flaky and does not count');
    expect(statuses(verdict)['test']).toBe('failed');
  });

  it('on the base commit only in a later run is still found out', async () => {
    const repository = await testRepository(
      { ...base, 'test/flaky.test.js': failsIn('rolls dice', [4]) },
      { ...edit, 'test/flaky.test.js': failsIn('rolls dice', [1]) },
    );
    expect(await repository.verify()).toMatchObject({ status: 'passed', introduced: [] });
  });

  it('after the change alone counts: it became flaky', async () => {
    const repository = await testRepository(
      { ...base, 'test/flaky.test.js': failsIn('sure', []) },
      { ...edit, 'test/flaky.test.js': failsIn('sure', [1]) },
    );
    const verdict = await repository.verify();
    expect(verdict).toMatchObject({ status: 'failed', flaky: [], introduced: [{ symbol: 'sure' }] });
    expect(verdict.introduced[0]?.message).toContain('Became flaky: failed in 1 of');
  });

  it('and is new counts, as the base commit shows nothing of it', async () => {
    const repository = await testRepository(base, { 'test/new.test.js': failsIn('new one', [1]) });
    expect(await repository.verify()).toMatchObject({
      status: 'failed',
      introduced: [{ symbol: 'new one' }],
    });
  });

  it('on the base commit and always after the change counts: it is broken now', async () => {
    const repository = await testRepository(
      { ...base, 'test/flaky.test.js': failsIn('was flaky', [1]) },
      { ...edit, 'test/flaky.test.js': failsIn('was flaky', all) },
    );
    const verdict = await repository.verify();
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced[0]?.message).toContain('Was flaky and fails always now');
  });

  it('is told apart from one that fails always and one that always did', async () => {
    const repository = await testRepository(
      {
        ...base,
        'test/flaky.test.js': failsIn('rolls dice', [1, 3]),
        'test/old.test.js': failsIn('old', all),
        'test/broken.test.js': failsIn('breaks', []),
      },
      {
        ...edit,
        'test/old.test.js': `\n${failsIn('old', all)}`,
        'test/broken.test.js': failsIn('breaks', all),
      },
    );
    const verdict = await repository.verify();
    expect(verdict.introduced.map(({ symbol }) => symbol)).toEqual(['breaks']);
    expect(verdict.preexisting.map(({ symbol }) => symbol)).toEqual(['old']);
    expect(new Set(verdict.flaky.map(({ test }) => test))).toEqual(new Set(['rolls dice']));
  });

  it('is run again with its own file only', async () => {
    const flaky = { ...base, 'test/flaky.test.js': failsIn('rolls dice', [1]) };
    const repository = await testRepository(flaky, edit);
    await repository.verify();
    const again = repository.results.filter(({ check }) => check.name === 'test:again');
    expect(again.length).toBeGreaterThan(0);
    expect(new Set(again.map(({ check }) => check.argv.join(' ')))).toEqual(
      new Set(['node --test test/flaky.test.js']),
    );
  });
});
