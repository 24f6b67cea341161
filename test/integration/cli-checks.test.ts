import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const bin = path.resolve(import.meta.dirname, '../../bin/runyard');
const answer = z.object({
  checks: z.array(
    z.object({ name: z.string(), needs: z.array(z.string()).optional(), reasons: z.array(z.string()) }),
  ),
  workspace: z
    .object({ affected: z.object({ packages: z.array(z.object({ folder: z.string() })) }) })
    .nullable(),
});

let folder: string;
let repository: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-checks-'));
  repository = path.join(folder, 'repository');
  await write('package.json', { private: true, workspaces: ['packages/*'] });
  await write('packages/a/package.json', { name: 'a', scripts: { test: 'node --test' } });
  await write('packages/b/package.json', {
    name: 'b',
    scripts: { test: 'node --test' },
    dependencies: { a: '*' },
  });
  await write('packages/c/package.json', { name: 'c', scripts: { test: 'node --test' } });
  git('init', '-q', '-b', 'main');
  commit('first');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: object | string): Promise<void> {
  const file = path.join(repository, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
    cwd: repository,
    encoding: 'utf8',
  });
const commit = (message: string) => {
  git('add', '-A');
  git('commit', '-q', '-m', message);
};

function checks(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C' };
    execFile(
      bin,
      ['checks', '--repo', repository, ...words],
      { cwd: folder, env },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

const namesOf = (stdout: string) => answer.parse(JSON.parse(stdout)).checks.map(({ name }) => name);

describe('runyard checks', () => {
  it('V1, V2: shows what a change since a commit affects, and leaves the repository as it was', async () => {
    await write('packages/a/index.js', 'export {};\n');
    commit('second');
    const before = git('for-each-ref') + git('status', '--porcelain');
    const { code, stdout, stderr } = await checks('--base', 'HEAD~1', '--json');
    expect(code, stderr).toBe(0);
    expect(namesOf(stdout)).toEqual(['imports', 'test (packages/a)', 'test (packages/b)']);
    expect(git('for-each-ref') + git('status', '--porcelain')).toBe(before);
    const forPeople = await checks('--base', 'HEAD~1');
    expect(forPeople.stdout).toContain('packages/b: uses packages/a');
  });

  it('V1: takes files by name, and the work tree as it stands', async () => {
    await write('packages/c/package.json', { name: 'c', scripts: { test: 'node --test', lint: 'eslint .' } });
    const { stdout } = await checks('--worktree', '--changed', 'packages/c/x.js', '--json');
    expect(namesOf(stdout)).toEqual(['lint (packages/c)', 'imports', 'test (packages/c)']);
  });

  it('V1: ends with 1 where there is nothing to check with, and 2 for what is no repository', async () => {
    git('rm', '-rq', '.');
    await write('README.md', 'x');
    commit('nothing');
    const { code, stdout } = await checks();
    expect(code).toBe(1);
    expect(stdout).toContain('no tests');
    await rm(path.join(repository, '.git'), { recursive: true });
    expect((await checks()).code).toBe(2);
  });

  it('V1: names a package.json that cannot be read', async () => {
    await write('package.json', '{\n  "name": ,\n}');
    const { code, stdout } = await checks('--worktree');
    expect(code).toBe(1);
    expect(stdout).toContain('package.json cannot be read at line 2');
  });
});
