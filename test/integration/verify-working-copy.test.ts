import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRedactor } from '../../src/lib/redact.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { verifyWorkingCopy, type WorkingCopyOptions } from '../../src/verify/verify-working-copy.ts';
import {
  git,
  hostEnvironment,
  removeTestFolders,
  statuses,
  type TestRepository,
  testFolder,
  testRepository,
  verifyLimits,
  writeFiles,
} from './verify-helpers.ts';

afterEach(async () => {
  vi.unstubAllEnvs();
  await removeTestFolders();
});

const base = {
  'package.json': '{ "name": "x", "type": "module", "scripts": { "test": "node --test" } }',
  'add.js': 'export const add = (a, b) => a + b;\n',
  'test/add.test.js':
    "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { add } from '../add.js';\ntest('adds', () => assert.equal(add(1, 2), 3));\n",
};
const wrong = { 'add.js': 'export const add = (a, b) => a - b;\n' };

async function verify(repository: TestRepository, options: Pick<WorkingCopyOptions, 'base' | 'head'>) {
  const { mode } = await detectSandbox();
  return verifyWorkingCopy({
    repository: repository.folder,
    ...options,
    sandbox: { mode, readable: [], masked: [] },
    cacheDir: null,
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    limits: verifyLimits,
    hostEnvironment: hostEnvironment(),
    redact: createRedactor(),
    signal: new AbortController().signal,
  });
}

/** Everything in the repository, names and contents, index and refs included. */
async function stateOf({ folder }: TestRepository): Promise<string> {
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', 'find . -type f -print0 | sort -z | xargs -0 sha256sum'],
    { cwd: folder },
  );
  return stdout;
}

describe('runyard verify on a repository of the user', () => {
  it('compares two commits of it', async () => {
    const repository = await testRepository(base, wrong, { 'add.js': base['add.js'] });
    expect((await verify(repository, { base: 'HEAD~2', head: { revision: 'HEAD' } })).status).toBe('passed');
    expect((await verify(repository, { base: 'HEAD~2', head: { revision: 'HEAD~1' } })).status).toBe(
      'failed',
    );
  });

  it('takes the work tree as it stands, untracked files included, and writes nothing to the repository', async () => {
    const repository = await testRepository(base);
    await writeFiles(repository.folder, {
      'add.js': "export { sum as add } from './sum.js';\n",
      'sum.js': 'export const sum = (a, b) => a + b;\n',
      '.git/hooks/pre-commit': '#!/bin/sh\necho ran > ../hook-ran\n',
    });
    await chmod(join(repository.folder, '.git/hooks/pre-commit'), 0o755);
    await git(repository.folder, 'config', 'core.fsmonitor', 'touch ../fsmonitor-ran');
    const before = await stateOf(repository);
    const verdict = await verify(repository, { base: 'HEAD', head: 'worktree' });
    expect(statuses(verdict)).toEqual({ imports: 'passed', test: 'passed' });
    expect(await stateOf(repository)).toBe(before);
    expect(await readdir(join(repository.folder, '..'))).toEqual(['source']);

    await writeFiles(repository.folder, { 'sum.js': 'export const sum = (a, b) => a - b;\n' });
    expect((await verify(repository, { base: 'HEAD', head: 'worktree' })).status).toBe('failed');
  });

  it('sees files that are tracked although they are ignored', async () => {
    const tracked = { ...base, '.gitignore': 'sum.js\n', 'add.js': "export { add } from './sum.js';\n" };
    const repository = await testRepository(tracked);
    await writeFiles(repository.folder, { 'sum.js': base['add.js'] });
    await git(repository.folder, 'add', '-f', 'sum.js');
    await git(repository.folder, '-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '-qm', 'x');
    await writeFiles(repository.folder, { 'note.txt': 'x' });
    expect((await verify(repository, { base: 'HEAD', head: 'worktree' })).status).toBe('passed');
    await writeFiles(repository.folder, { 'sum.js': wrong['add.js'] });
    expect((await verify(repository, { base: 'HEAD', head: 'worktree' })).status).toBe('failed');
  });

  it('removes its temporary folder, and says which revision does not exist', async () => {
    const repository = await testRepository(base);
    // Of its own: other tests verify, too.
    const temporary = await testFolder();
    vi.stubEnv('TMPDIR', temporary);
    await expect(verify(repository, { base: 'no-such-branch', head: 'worktree' })).rejects.toMatchObject({
      code: 'git.missing-branch',
    });
    expect(await readdir(temporary)).toEqual([]);
  });
});
