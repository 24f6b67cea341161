import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verdictSchema } from '../../src/domain/verdict.ts';
import { detectOverlay } from '../../src/git/overlay/detect-overlay.ts';
import { MARK_NAME } from '../../src/process/end-marked.ts';
import { processIdentity } from '../../src/process/process-identity.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/runyard');
const test = (expected: number) =>
  `import test from 'node:test';\nimport assert from 'node:assert';\nimport { two } from './two.js';\ntest('two is two', () => assert.equal(two, ${expected}));\n`;

let folder: string;
let repository: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runyard-verify-'));
  repository = path.join(folder, 'repository');
  await mkdir(repository);
  await write(
    'package.json',
    JSON.stringify({ name: 'two', type: 'module', scripts: { test: 'node --test' } }),
  );
  await write('two.js', 'export const two = 2;\n');
  await write('two.test.js', test(2));
  git('init', '-q', '-b', 'main');
  commit('first');
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(path.join(repository, name), text);
const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
    cwd: repository,
    encoding: 'utf8',
  });
const commit = (message: string) => {
  git('add', '-A');
  git('commit', '-q', '-m', message);
};

const environment = () => ({ PATH: process.env['PATH'] ?? '', HOME: folder, LANG: 'C' });

function verify(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return verifyWith({}, ...words);
}

function verifyWith(
  extra: Readonly<Record<string, string>>,
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...environment(), ...extra };
    execFile(
      bin,
      ['verify', '--repo', repository, ...words],
      { cwd: folder, env },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}

describe('runyard verify', () => {
  it('ends with 0 when the change made nothing worse, and leaves the repository as it was', async () => {
    await write('two.js', 'export const two = 1 + 1;\n');
    commit('second');
    const before = git('for-each-ref') + git('status', '--porcelain');
    const { code, stdout, stderr } = await verify('--base', 'HEAD~1');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain('Passed');
    expect(stderr).toContain('test on the change: passed');
    // A terminal that does not speak UTF-8 gets ASCII.
    expect(stdout).toMatch(/^[\x00-\x7f]*$/);
    expect(git('for-each-ref') + git('status', '--porcelain')).toBe(before);
  });

  it('V3: ends with 1 for what the change broke in the work tree, and names the test', async () => {
    await write('two.js', 'export const two = 3;\n');
    const { code, stdout } = await verify('--base', 'HEAD', '--worktree', '--json');
    expect(code).toBe(1);
    const verdict = verdictSchema.parse(JSON.parse(stdout));
    expect(verdict.status).toBe('failed');
    expect(verdict.introduced).toMatchObject([{ message: expect.stringContaining('two is two') }]);
    expect(git('status', '--porcelain')).toBe(' M two.js\n');
  });

  it('V3: does not blame the change for what was broken before', async () => {
    await write('two.test.js', test(5));
    commit('broken');
    await write('README.md', 'text\n');
    commit('harmless');
    const { code, stdout } = await verify('--base', 'HEAD~1');
    expect(code).toBe(0);
    expect(stdout).toContain('on the base commit too');
  });

  it.skipIf(process.platform !== 'linux')(
    'shows packages without copying them where it may mount, and mounts nothing for others',
    async () => {
      const { strategy } = await detectOverlay({ wanted: 'auto', dataDir: folder });
      const dependencies = { own: 'file:./own' };
      const packages = {
        '': { name: 'two', dependencies },
        own: { version: '1.0.0' },
        'node_modules/own': { resolved: 'own', link: true },
      };
      await mkdir(path.join(repository, 'own'));
      await write('own/package.json', JSON.stringify({ name: 'own', version: '1.0.0' }));
      await write('package-lock.json', JSON.stringify({ name: 'two', lockfileVersion: 3, packages }));
      const scripts = { test: 'stat -f -c %T node_modules && node --test' };
      await write('package.json', JSON.stringify({ name: 'two', type: 'module', scripts, dependencies }));
      commit('packages');
      await write('two.js', 'export const two = 1 + 1;\n');
      commit('second');
      const mounts = await readFile('/proc/self/mounts', 'utf8');
      const { code, stdout, stderr } = await verify('--base', 'HEAD~1', '--json');
      expect(code, stdout + stderr).toBe(0);
      const { results } = verdictSchema.parse(JSON.parse(stdout));
      const output = results.find(({ check }) => check.name === 'test')?.output ?? '';
      expect(/^overlayfs$/m.test(output)).toBe(strategy === 'overlay');
      expect(await readFile('/proc/self/mounts', 'utf8')).toBe(mounts);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'G2: removes what a killed verification left, folders and a sandbox that was never set up',
    async () => {
      const TMPDIR = path.join(folder, 'tmp');
      await mkdir(TMPDIR);
      const killed = spawn(bin, ['verify', '--repo', repository, '--base', 'HEAD'], {
        env: { ...environment(), TMPDIR },
        stdio: 'ignore',
      });
      await vi.waitUntil(async () => (await readdir(TMPDIR)).length > 0, { timeout: 20_000 });
      const starter = processIdentity(killed.pid ?? 0);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      expect(await readdir(TMPDIR)).not.toEqual([]);
      const orphan = spawn('sleep', ['1000'], {
        env: { ...environment(), [MARK_NAME]: `${starter?.pid}.${starter?.startTime}.-.x` },
        stdio: 'ignore',
        detached: true,
      });
      const ended = once(orphan, 'exit');
      const { code, stderr } = await verifyWith({ TMPDIR }, '--base', 'HEAD');
      expect(code, stderr).toBe(0);
      expect(await ended).toEqual([null, 'SIGKILL']);
      expect(await readdir(TMPDIR)).toEqual([]);
    },
  );

  it('I5: says what is wrong with a revision or a folder', async () => {
    const missing = await verify('--base', 'nowhere');
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/error: .*\n {2}why: .*\n {2}next: /);
    const both = await verify('--base', 'HEAD', '--head', 'HEAD', '--worktree');
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('exclude each other');
  });
});
