import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { commitWorkspace } from '../../src/git/commit-workspace.ts';
import { createWorkspace } from '../../src/git/create-workspace.ts';
import { resetCheckout } from '../../src/git/reset-checkout.ts';
import { type Files, removeTestFolders, testFolder, testRepository, verifyLimits } from './verify-helpers.ts';

afterEach(removeTestFolders);

const run = promisify(execFile);
const base: Files = {
  'package.json': '{ "scripts": { "test": "node test.js" } }',
  'test.js': '',
  'a.txt': 'old\n',
};
const utf16 = '*.txt working-tree-encoding=UTF-16\n';

/** A workspace as an agent has it, and what becomes of its work tree. */
async function workspaceOf(files: Files, timeoutMs = verifyLimits.gitMs) {
  const repository = await testRepository(files);
  const [baseCommit = ''] = repository.commits;
  const shared = { workspaceDir: await testFolder(), timeoutMs };
  const mirrorDir = repository.gitDir;
  const { checkout, hostGit } = await createWorkspace({ ...shared, mirrorDir, baseCommit, branch: 'b' });
  return {
    checkout,
    write: (path: string, content: string | Buffer) => writeFile(join(checkout, path), content),
    async commit() {
      const message = { parent: baseCommit, message: 'x', date: new Date() };
      const result = await commitWorkspace({ ...shared, ...message });
      if (result.unchanged) throw new Error('nothing was committed');
      return {
        ...result,
        paths: result.changedFiles.map(({ path }) => path),
        warned: result.warnings.map(({ kind, path }) => `${kind} ${path}`),
      };
    },
    async blob(commit: string, path: string): Promise<Buffer> {
      const options = { encoding: 'buffer' as const, cwd: hostGit };
      return (await run('git', ['cat-file', 'blob', `${commit}:${path}`], options)).stdout;
    },
    resetTo: (commit: string) => resetCheckout({ ...shared, commit }),
    verify: (commit: string) => repository.verify({ gitDir: hostGit, commit }),
  };
}

describe('an encoding of .gitattributes', () => {
  it('that fits the bytes is applied, as for everybody who clones the repository', async () => {
    const work = await workspaceOf(base);
    await work.write('.gitattributes', utf16);
    await work.write('a.txt', Buffer.from('\uFEFFnew\n', 'utf16le'));
    const { commit, warned } = await work.commit();
    expect(warned).toEqual([]);
    expect((await work.blob(commit, 'a.txt')).toString()).toBe('new\n');
    await work.resetTo(commit);
    expect((await readFile(join(work.checkout, 'a.txt'))).toString('utf16le')).toBe('\uFEFFnew\n');
  });

  it.each([
    ['does not fit the bytes', utf16],
    ['nobody knows', '*.txt working-tree-encoding=NO-SUCH\n'],
  ])('that %s loses no work: the bytes are committed as they are, with a warning', async (_, attributes) => {
    const work = await workspaceOf({ ...base, 'b [1].txt': 'old\n' });
    await work.write('.gitattributes', attributes);
    await work.write('a.txt', 'new\n');
    await work.write('b [1].txt', 'new too\n');
    const { commit, paths, warned } = await work.commit();
    expect(paths).toEqual(['.gitattributes', 'a.txt', 'b [1].txt']);
    expect(warned).toEqual(['encoding-not-applied a.txt', 'encoding-not-applied b [1].txt']);
    expect((await work.blob(commit, 'b [1].txt')).toString()).toBe('new too\n');
    expect((await work.verify(commit)).status).toBe('passed');
  });

  it('that makes the commit impossible to check out fails the verification, and the next attempt can start from it', async () => {
    const work = await workspaceOf(base);
    await work.write('.gitattributes', '*.txt working-tree-encoding\n');
    await work.write('a.txt', 'new\n');
    const { commit } = await work.commit();
    expect(await work.verify(commit)).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'git_config', file: '.gitattributes' }],
    });
    await work.resetTo(commit);
    await work.write('.gitattributes', '');
    const mended = await work.commit();
    expect(mended.warned).toEqual([]);
    expect((await work.verify(mended.commit)).status).toBe('passed');
  });

  it('is not the only attribute: ends of lines are converted, filters are not run', async () => {
    const work = await workspaceOf(base);
    await work.write('.gitattributes', 'a.txt text eol=crlf\nb.txt filter=lfs\n');
    await work.write('a.txt', 'new\r\n');
    await work.write('b.txt', 'raw\n');
    const { commit, warned } = await work.commit();
    expect(warned).toEqual([]);
    expect((await work.blob(commit, 'a.txt')).toString()).toBe('new\n');
    expect((await work.blob(commit, 'b.txt')).toString()).toBe('raw\n');
  });
});

describe('what no repository can hold', () => {
  it('is left out of the commit with a warning, and the rest is committed', async () => {
    const work = await workspaceOf(base);
    await mkdir(join(work.checkout, '.GIT'));
    await work.write('.GIT/config', '[core]\n');
    await symlink('elsewhere', join(work.checkout, '.gitmodules'));
    await rm(join(work.checkout, 'a.txt'));
    await run('mkfifo', [join(work.checkout, 'a.txt')]);
    await work.write('b.txt', 'new\n');
    const { paths, warned } = await work.commit();
    expect(paths).toEqual(['b.txt']);
    expect(warned.sort()).toEqual([
      'file-refused .GIT/config',
      'file-refused .gitmodules',
      'file-refused a.txt',
    ]);
  });
});

describe('a pipe that has the name of a file git reads', () => {
  it.each(['.gitignore', '.gitattributes'])('costs one time limit and no work: %s', async (name) => {
    const work = await workspaceOf(base, 5_000);
    await mkdir(join(work.checkout, 'deep'));
    await run('mkfifo', [join(work.checkout, 'deep', name)]);
    await work.write('deep/b.txt', 'new\n');
    const { paths, warned } = await work.commit();
    expect(paths).toEqual(['deep/b.txt']);
    expect(warned).toEqual([`file-refused deep/${name}`]);
  });
});

describe('what an agent leaves in its work tree', () => {
  it('helps no check when it is not in the commit: an ignored module, a planted npm', async () => {
    const work = await workspaceOf(base);
    await work.write('test.js', "require('./helper.js');\n");
    await work.write('helper.js', '');
    await work.write('.gitignore', 'helper.js\n');
    await mkdir(join(work.checkout, 'node_modules/.bin'), { recursive: true });
    await writeFile(join(work.checkout, 'node_modules/.bin/npm'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { commit, paths } = await work.commit();
    expect(paths).toEqual(['.gitignore', 'test.js']);
    expect(await work.verify(commit)).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'import_resolution' }],
    });
  });
});

describe('installed packages', () => {
  it('are not committed, whatever the .gitignore of the change says', async () => {
    const work = await workspaceOf(base);
    await mkdir(join(work.checkout, 'node_modules/.bin'), { recursive: true });
    await work.write('node_modules/.bin/node', '#!/bin/sh\nexit 0\n');
    await work.write('.gitignore', '!node_modules\n');
    expect((await work.commit()).paths).toEqual(['.gitignore']);
  });

  it('that a commit carries fail it, as its checks would use them: a false npm passes nothing', async () => {
    const repository = await testRepository(base, {
      'test.js': 'process.exit(1)',
      'node_modules/.bin/npm': '#!/bin/sh\nexit 0\n',
    });
    expect(await repository.verify()).toMatchObject({
      status: 'failed',
      introduced: [{ category: 'config_error', file: 'node_modules/.bin/npm' }],
    });
    expect(repository.ran).toEqual([]);
  });

  it('are part of the commit where the repository has them already', async () => {
    const work = await workspaceOf({ ...base, 'node_modules/own/index.js': '1\n' });
    await work.write('node_modules/own/index.js', '2\n');
    const { commit, paths } = await work.commit();
    expect(paths).toEqual(['node_modules/own/index.js']);
    expect(await work.verify(commit)).toMatchObject({
      status: 'passed',
      warnings: ['The change brings or edits packages that checks may use: node_modules/own/index.js.'],
    });
  });
});
