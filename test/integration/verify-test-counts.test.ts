import { afterEach, describe, expect, it } from 'vitest';
import { type Files, removeTestFolders, testRepository } from './verify-helpers.ts';

afterEach(removeTestFolders);

const manifest = (test: string) =>
  JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts: { test } });
const tests = (from: string, cases: Readonly<Record<string, string>>) =>
  [
    "import { test } from 'node:test';",
    "import assert from 'node:assert/strict';",
    `import { sum, product } from '${from}';`,
    ...Object.entries(cases).map(([name, body]) => `test('${name}', () => { ${body} });`),
    '',
  ].join('\n');
const right = 'export const sum = (a, b) => a + b;\nexport const product = (a, b) => a * b;\n';
const sums = { 'adds ones': 'assert.equal(sum(1, 1), 2)', 'adds nothing': 'assert.equal(sum(0, 2), 2)' };
const products = { multiplies: 'assert.equal(product(2, 3), 6)' };
const base = {
  'package.json': manifest('node --test'),
  'src/sum.js': right,
  'test/sum.test.js': tests('../src/sum.js', sums),
  'test/product.test.js': tests('../src/sum.js', products),
};
const wrong = 'export const sum = (a, b) => a - b;\nexport const product = (a, b) => a * b;\n';

async function verify(before: Files, change: Files) {
  const repository = await testRepository(before, change);
  return { verdict: await repository.verify(), ran: repository.ran };
}

describe('V3: tests of the base commit that do not run on the change', () => {
  it('fail it: the program ends with exit code 0 before the first of them', async () => {
    const { verdict, ran } = await verify(base, { 'src/sum.js': `${wrong}process.exit(0);\n` });
    expect(verdict).toMatchObject({ status: 'failed', introduced: [{ category: 'no_tests' }] });
    expect(ran).toContain('baseline test');
  });

  it('fail it: the test script looks where there are none', async () => {
    const { verdict } = await verify(base, {
      'src/sum.js': wrong,
      'package.json': manifest('node --test src/'),
    });
    expect(verdict.status).toBe('failed');
  });

  it('fail it: the script goes on after the runner and swallows its exit code', async () => {
    const { verdict } = await verify(base, {
      'src/sum.js': wrong,
      'package.json': manifest('node --test; node src/sum.js'),
    });
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced.map(({ message }) => message).join('\n')).toContain(
      'ended with exit code 0, but node:test counts',
    );
  });

  it('fail it on a red base commit, too, where only the old failure is left', async () => {
    const red = { ...base, 'test/red.test.js': tests('../src/sum.js', { red: 'assert.equal(1, 2)' }) };
    const { verdict } = await verify(red, {
      'src/other.js': 'process.exit(0);\n',
      'src/sum.js': wrong,
      'test/sum.test.js': `import '../src/other.js';\n${base['test/sum.test.js']}`,
    });
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced[0]?.message).toContain(
      'fewer tests run than before: 4 tests ran on the base commit, 2 run now',
    );
    expect(verdict.preexisting).toMatchObject([{ symbol: 'red' }]);
  });

  it('leave it in doubt where a plain script asserts and prints: the program ends before its last words', async () => {
    const plain = {
      'package.json': manifest('node check.js'),
      'src/sum.js': right,
      'check.js': [
        "import assert from 'node:assert/strict';",
        "import { sum } from './src/sum.js';",
        'assert.equal(sum(1, 1), 2);',
        "console.log('all good');",
        '',
      ].join('\n'),
    };
    const { verdict, ran } = await verify(plain, { 'src/sum.js': `${wrong}process.exit(0);\n` });
    expect(verdict.status).toBe('unverifiable');
    expect(verdict.warnings[0]).toContain('passes without a word');
    expect(ran).toContain('baseline test');
  });

  it('leave it in doubt where the runner dies before a pipe that always succeeds', async () => {
    const piped = {
      'package.json': manifest('node check.js | node report.js'),
      'src/sum.js': right,
      'check.js': "import { sum } from './src/sum.js';\nif (sum(1, 1) !== 2) throw new Error('wrong sum');\n",
      'report.js': "process.stdin.resume().on('end', () => console.log('reported'));\n",
    };
    const { verdict } = await verify(piped, { 'src/sum.js': wrong });
    expect(verdict.status).toBe('unverifiable');
    expect(verdict.warnings[0]).toContain('died of an uncaught error, "Error: wrong sum" (check.js:2)');
  });

  it('do not count where the change takes them away', async () => {
    const { verdict } = await verify(base, {
      'src/sum.js': 'export const sum = (a, b) => a + b;\nexport const product = 1;\n',
      'test/product.test.js': null,
    });
    expect(verdict.introduced.map(({ category }) => category)).not.toContain('no_tests');
    expect(verdict.results.find(({ check }) => check.name === 'test')?.removedTests).toBe(1);
  });

  it('are looked for once per base commit', async () => {
    const repository = await testRepository(base, { 'src/sum.js': `${right}\n` });
    expect((await repository.verify()).status).toBe('passed');
    repository.ran.splice(0);
    expect((await repository.verify({ isFresh: true })).status).toBe('passed');
    expect(repository.ran).not.toContain('baseline test');
  });
});
