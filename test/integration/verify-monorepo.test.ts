import { afterAll, describe, expect, it } from 'vitest';
import { type Files, removeTestFolders, statuses, testRepository } from './verify-helpers.ts';

afterAll(removeTestFolders);

const build = "node -e \"require('node:fs').cpSync('src', 'dist', { recursive: true })\"";

/** b loads what a builds, c stands alone; nothing is to be installed, as the link to a is part of the commit. */
const base: Files = {
  '.gitignore': 'dist\n',
  'runyard.yaml': 'checks:\n  install: false\n',
  'package.json': JSON.stringify({ private: true, workspaces: ['packages/*'] }),
  'packages/a/package.json': JSON.stringify({ name: 'a', main: 'dist/a.js', scripts: { build } }),
  'packages/a/src/a.js': 'exports.one = () => 1;\n',
  'packages/b/package.json': JSON.stringify({
    name: 'b',
    scripts: { test: 'node --test' },
    dependencies: { a: '*' },
  }),
  'packages/b/b.js': "exports.two = () => require('../a').one() + 1;\n",
  'packages/b/b.test.js':
    "const test = require('node:test');\ntest('two', () => require('node:assert').equal(require('./b.js').two(), 2));\n",
  'packages/c/package.json': JSON.stringify({ name: 'c', scripts: { test: 'node --test' } }),
  'packages/c/c.test.js': "require('node:test')('c', () => undefined);\n",
};

describe('a monorepo whose root has no scripts', () => {
  it('V2: is checked in the packages the change affects, after what they load was built', async () => {
    const repository = await testRepository(base, {
      'packages/b/b.js': "exports.two = () => 1 + require('../a').one();\n",
    });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toEqual({
      'build (packages/a)': 'passed',
      imports: 'passed',
      'test (packages/b)': 'passed',
    });
    expect(verdict.status).toBe('passed');
  });

  it('V2, V3: a change that breaks a dependent is refused by the test of the dependent', async () => {
    const repository = await testRepository(base, { 'packages/a/src/a.js': 'exports.one = () => 3;\n' });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toEqual({
      'build (packages/a)': 'passed',
      imports: 'passed',
      'test (packages/b)': 'failed',
    });
    expect(verdict.introduced).toMatchObject([
      { category: 'test_failure', file: 'packages/b/b.test.js', symbol: 'two' },
    ]);
  });

  it('V1, V2: a change that breaks a package which reaches over by a path and declares nothing is refused by its test', async () => {
    const reaching: Files = {
      ...base,
      'packages/c/c.test.js':
        "const test = require('node:test');\ntest('one', () => require('node:assert').equal(require('../a/src/a.js').one(), 1));\n",
    };
    const repository = await testRepository(reaching, { 'packages/a/src/a.js': 'exports.one = () => 3;\n' });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ 'test (packages/c)': 'failed' });
    expect(verdict.introduced).toMatchObject([
      { file: 'packages/b/b.test.js' },
      { category: 'test_failure', file: 'packages/c/c.test.js', symbol: 'one' },
    ]);
  });

  it('V1: a package that is gone takes its checks with it, one whose test script is gone does not', async () => {
    const gone = await testRepository(base, {
      'packages/c/package.json': null,
      'packages/c/c.test.js': null,
    });
    expect(statuses(await gone.verify())).not.toHaveProperty('test (packages/c)');
    const emptied = await testRepository(base, { 'packages/c/package.json': '{ "name": "c" }' });
    expect(statuses(await emptied.verify())).toMatchObject({ 'test (packages/c)': 'not-run' });
  });
});
