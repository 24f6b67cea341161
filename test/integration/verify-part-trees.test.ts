import { execFileSync } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/domain/verdict.ts';
import type { Baseline } from '../../src/verify/baseline.ts';
import type { CheckPlan } from '../../src/verify/check-plan.ts';
import { runChecks } from '../../src/verify/run-checks.ts';
import { removeTestFolders, statuses, testHost, testRepository, testTree } from './verify-helpers.ts';

afterEach(removeTestFolders);

const scripts = { lint: 'node lint.cjs', test: 'node --test' };
const passes = "import { test } from 'node:test';\nimport '../lib/one.js';\ntest('passes', () => {});\n";
const others = ['test/b.test.js', 'test/c.test.js', 'test/d.test.js'];
const base = {
  'package.json': JSON.stringify({ name: 'x', version: '1.0.0', type: 'module', scripts }),
  'lint.cjs': "process.exit(require('node:fs').existsSync('left.txt') ? 1 : 0);\n",
  'lib/one.js': 'export const one = 1;\n',
  'test/a.test.js': `import { writeFileSync } from 'node:fs';\nwriteFileSync('left.txt', '');\n${passes}`,
  ...Object.fromEntries(others.map((path) => [path, passes.replace("import '../lib/one.js';\n", '')])),
};
const change = { 'lib/one.js': '\nexport const one = 1;\n' };

describe('V2: tests of the changed files', () => {
  it('leave nothing lying about for checks that stand before the suite', async () => {
    const repository = await testRepository(base, change);
    const verdict = await repository.verify({ parallel: 2 });
    expect(statuses(verdict)).toMatchObject({ lint: 'passed', 'test:changed': 'passed', test: 'passed' });
    expect(verdict).toMatchObject({ status: 'passed', introduced: [] });
  });

  it('are no longer searched for once the verification cannot go on', async () => {
    const repository = await testRepository(base, change);
    const host = await testHost();
    const tree = await testTree(repository.gitDir, repository.commits.at(-1) ?? '', host);
    const pipePath = join(tree.checkout, 'lib/package.json');
    execFileSync('mkfifo', [pipePath]);
    // The suite must not be the one that comes to the pipe.
    const programs = join(tree.checkout, 'node_modules/.bin');
    await mkdir(programs, { recursive: true });
    await writeFile(join(programs, 'node'), '#!/bin/sh\n[ "$1" = --version ] || exec sleep 60\n', {
      mode: 0o755,
    });
    const check = (name: string, kind: Check['kind'], argv: string[]): Check => {
      return { name, kind, argv, timeoutMs: 30_000, source: 'x', needs: [] };
    };
    const checks = [check('lint', 'lint', ['true']), check('test', 'test', ['node', '--test'])];
    // Opens only once the search has come to the pipe.
    const opened = Promise.withResolvers<Awaited<ReturnType<typeof open>>>();
    const anotherTree = async () => {
      opened.resolve(await open(pipePath, 'w'));
      throw new Error('no space');
    };
    const running = runChecks(
      { plan: { checks, removed: [] } as unknown as CheckPlan, tree, anotherTree, baseline: {} as Baseline },
      {
        host,
        changedFiles: ['lib/one.js'],
        baseFiles: new Set(),
        format: 'fail',
        stopEarly: true,
        parallel: 2,
        started: () => undefined,
        finished: () => undefined,
      },
    );
    await expect(running).rejects.toThrow('no space');
    const pipe = await opened.promise;
    await expect(pipe.write('{}')).rejects.toThrow('EPIPE');
    await pipe.close();
  });
});
