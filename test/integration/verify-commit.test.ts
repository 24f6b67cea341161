import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { layOutFiles } from '../../src/verify/check-tree.ts';
import { failureFeedback } from '../../src/verify/failure-feedback.ts';
import { removeTestFolders, statuses, testRepository, verifyLimits } from './verify-helpers.ts';

afterEach(removeTestFolders);

const manifest = (scripts: Readonly<Record<string, string>>) =>
  JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts });
const testFile = (name: string, condition: string) => `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add } from '../add.js';
test('${name}', () => assert.ok(${condition}));
`;
const base = {
  'package.json': manifest({ test: 'node --test' }),
  'add.js': 'export const add = (a, b) => a + b;\n',
  'test/add.test.js': testFile('adds', 'add(1, 2) === 3'),
};
const wrong = { 'add.js': 'export const add = (a, b) => a - b;\n' };

describe('V2: the tests of a change', () => {
  it('that pass make it verified, after as many tests as on the base commit', async () => {
    const repository = await testRepository(base, { 'add.js': 'export const add = (a, b) => b + a;\n' });
    const verdict = await repository.verify();
    expect(verdict).toMatchObject({ status: 'passed', introduced: [], fingerprint: null });
    expect(verdict.baseline).toMatchObject([{ check: { name: 'test' }, tests: { passed: 1 } }]);
    expect(statuses(verdict)).toEqual({ imports: 'passed', test: 'passed' });
    expect(repository.ran.toSorted()).toEqual(['baseline test', 'change imports', 'change test']);
  });

  it('that fail are named with file, line and what to do (V4)', async () => {
    const verdict = await (await testRepository(base, wrong)).verify();
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced).toMatchObject([
      { category: 'test_failure', file: 'test/add.test.js', line: 5, symbol: 'adds' },
    ]);
    expect(failureFeedback(verdict)).toContain('test/add.test.js:5');
  });

  it('that do not end in time are a time-out and no pass', async () => {
    const hangs = {
      'test/hang.test.js':
        "import { test } from 'node:test';\ntest('hangs', () => new Promise(() => setInterval(() => {}, 1000)));\n",
    };
    const repository = await testRepository(base, hangs);
    const verdict = await repository.verify({ limits: { ...verifyLimits, checkMs: 4_000 } });
    expect(statuses(verdict)).toMatchObject({ 'test:changed': 'timed-out', test: 'not-run' });
    expect(verdict).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'timeout', symbol: 'test:changed' }],
    });
  });

  it('are run once although their script watches', async () => {
    const watching = { ...base, 'package.json': manifest({ test: 'node --test --watch' }) };
    const verdict = await (await testRepository(watching, { 'note.txt': 'x' })).verify();
    expect(verdict.status).toBe('passed');
    expect(verdict.warnings).toEqual(['The script "test" watches for changes; it is run once instead.']);
  });

  it('see CI=true, the repository’s own tools, and no secret of the host', async () => {
    const check =
      "import assert from 'node:assert';\nimport { test } from 'node:test';\ntest('env', () => { assert.equal(process.env.CI, 'true'); assert.equal(process.env.NO_COLOR, undefined); assert.equal(process.env.MY_TOKEN, undefined); assert.ok(process.env.PATH.startsWith(process.cwd() + '/node_modules/.bin:')); });\n";
    const repository = await testRepository(base, { 'test/env.test.js': check });
    const verdict = await repository.verify({
      hostEnvironment: {
        ...process.env,
        MY_TOKEN: 'hidden-value',
        NO_COLOR: '1',
        NODE_TEST_CONTEXT: undefined,
      },
    });
    expect(verdict.introduced).toEqual([]);
    expect(verdict.status).toBe('passed');
  });

  it('that do not exist are a warning, and leave the change unverifiable', async () => {
    const verdict = await (
      await testRepository(
        { 'package.json': manifest({}), 'a.js': 'export const a = 1;\n' },
        { 'a.js': 'export const a = 2;\n' },
      )
    ).verify();
    expect(verdict.status).toBe('unverifiable');
    expect(verdict.warnings).toEqual([expect.stringContaining('no tests')]);
  });
});

describe('V3: a red base commit', () => {
  const red = { ...base, 'test/old.test.js': testFile('was always broken', 'add(1, 1) === 3') };

  it('does not stop a change that breaks nothing more', async () => {
    const verdict = await (
      await testRepository(red, { 'add.js': '\n\nexport const add = (a, b) => b + a;\n' })
    ).verify();
    expect(verdict).toMatchObject({ status: 'passed', introduced: [] });
    expect(verdict.preexisting).toMatchObject([{ symbol: 'was always broken' }]);
    expect(verdict.warnings).toEqual(['test: fails on the base commit in the same way (1 problem).']);
  });

  it('does not hide what a change breaks besides', async () => {
    const verdict = await (await testRepository(red, wrong)).verify();
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced.map(({ symbol }) => symbol)).toEqual(['adds']);
    expect(verdict.preexisting.map(({ symbol }) => symbol)).toEqual(['was always broken']);
  });

  it('is measured once: the second attempt on the same base uses the kept result', async () => {
    const repository = await testRepository(red, wrong);
    const first = await repository.verify();
    repository.ran.length = 0;
    const second = await repository.verify();
    expect(repository.ran).toEqual(['change imports', 'change test']);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.fingerprint).not.toBeNull();
  });
});

describe('what a check may do', () => {
  it('edits files of the commit: they are put back before the next check, and reported', async () => {
    const rewrite =
      "import { writeFileSync, rmSync } from 'node:fs';\nwriteFileSync('add.js', 'export const add = () => 3;\\n');\nrmSync('test', { recursive: true });\n";
    const scripts = { lint: 'node rewrite.js', test: 'node --test test/add.test.js' };
    const repository = await testRepository(
      { ...base, 'package.json': manifest(scripts), 'rewrite.js': rewrite },
      wrong,
    );
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ lint: 'passed', test: 'failed' });
    expect(verdict.warnings).toEqual([
      'lint: edits files of the commit (add.js, test/add.test.js); the edits were thrown away.',
    ]);
  });

  it('puts a link in the place of a folder: what is put back stays inside the checkout', async () => {
    const outside =
      "import { rmSync, symlinkSync } from 'node:fs';\nrmSync('test', { recursive: true });\nsymlinkSync(process.env.HOME, 'test');\n";
    const scripts = { lint: 'node outside.js', test: 'node --test test/add.test.js' };
    const repository = await testRepository(
      { ...base, 'package.json': manifest(scripts), 'outside.js': outside },
      { 'note.txt': 'x' },
    );
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ lint: 'passed', test: 'passed' });
  });

  it('of a linter nobody knows fails with warnings only, and is old where the base commit ends alike (V1)', async () => {
    const lint = `console.log("\\n/w/a.js\\n  1:1  warning  Unexpected console statement  no-console\\n\\n✖ 1 problem (0 errors, 1 warning)");process.exit(1);`;
    const repository = await testRepository(
      { ...base, 'package.json': manifest({ lint: 'node lint.js', test: 'node --test' }), 'lint.js': lint },
      { 'note.txt': 'x' },
    );
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ lint: 'failed' });
    expect(verdict).toMatchObject({ status: 'passed', introduced: [] });
  });

  it('needs a program that is not there: it counts as not run, and against the change that took it away', async () => {
    const scripts = { lint: 'sh tool.sh', test: 'node --test' };
    const tool = { ...base, 'package.json': manifest(scripts), 'tool.sh': '#!/bin/sh\nexit 0\n' };
    const repository = await testRepository(tool, {
      'package.json': manifest({ ...scripts, lint: 'no-such-linter .' }),
    });
    const verdict = await repository.verify();
    expect(statuses(verdict)).toMatchObject({ lint: 'not-run', test: 'passed' });
    expect(verdict).toMatchObject({ status: 'failed', introduced: [{ category: 'missing_tool' }] });
  });

  it('leaves no folder behind', async () => {
    const repository = await testRepository(base, wrong);
    await repository.verify();
    expect(await readdir(join(repository.folder, '..', 'data', 'verify'))).toEqual([]);
  });
});

describe('V1: the files of a change', () => {
  it('that nobody needs any more are not laid out to the end, and nothing is left of them', async () => {
    const repository = await testRepository({ 'a.txt': 'a\n' });
    const { gitDir, commits } = repository;
    const folder = join(repository.folder, '../data/verify');
    const { signal } = new AbortController();
    const place = { gitDir, commit: commits[0] ?? '', folder, over: null };
    const files = layOutFiles({ ...place, gitMs: verifyLimits.gitMs, signal });
    await files.remove();
    await expect(files.root).rejects.toThrow('nobody needs these files');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('V1: which checks are run', () => {
  it('is for runyard.yaml of the base commit to say, not for that of the change', async () => {
    const yaml = 'checks:\n  - { name: truth, command: node --test }\n';
    const repository = await testRepository(
      { ...base, 'runyard.yaml': yaml },
      { ...wrong, 'runyard.yaml': "checks:\n  - { name: truth, command: 'true' }\n" },
    );
    const verdict = await repository.verify();
    expect(statuses(verdict)).toEqual({ truth: 'failed' });
    expect(verdict.results[0]?.check.argv).toEqual(['node', '--test']);
  });

  it('is for the operator to say before anybody else', async () => {
    const repository = await testRepository(base, wrong);
    const commands = [{ name: 'look', command: ['node', '-e', 'process.exit(0)'] }];
    const verdict = await repository.verify({ checks: { mode: 'auto', commands, allowUnverified: false } });
    expect(statuses(verdict)).toEqual({ look: 'passed' });
  });

  it('cannot be reduced by the change: a check it removes fails', async () => {
    const repository = await testRepository(base, {
      ...wrong,
      'package.json': manifest({}),
      'test/add.test.js': null,
    });
    const verdict = await repository.verify();
    expect(verdict.status).toBe('failed');
    expect(statuses(verdict)).toMatchObject({ test: 'not-run' });
    expect(verdict.introduced[0]?.message).toContain('takes this check away');
  });

  it('cannot be found in a broken package.json, which fails by itself', async () => {
    const verdict = await (await testRepository(base, { 'package.json': '{ "name": "x",,\n}' })).verify();
    expect(verdict).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'syntax_error', file: 'package.json' }],
    });
  });

  it('stands in an error when runyard.yaml cannot be understood', async () => {
    const repository = await testRepository(
      { ...base, 'runyard.yaml': 'checks: [{ name: a, command: "x | y" }]' },
      wrong,
    );
    await expect(repository.verify()).rejects.toMatchObject({ code: 'verify.bad-override' });
  });
});

describe('a verification that is stopped', () => {
  it('ends at once with the reason, and its processes with it', async () => {
    const stop = new AbortController();
    const repository = await testRepository(base, {
      'test/add.test.js':
        "import { test } from 'node:test';\ntest('hangs', () => new Promise(() => setInterval(() => {}, 1000)));\n",
    });
    const running = repository.verify({
      signal: stop.signal,
      onCheckStarted: ({ kind }) => void (kind === 'test' && stop.abort(new Error('enough'))),
    });
    await expect(running).rejects.toThrow('enough');
    expect(await readdir(join(repository.folder, '..', 'data', 'verify'))).toEqual([]);
  });
});
