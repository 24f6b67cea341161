import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src/git/create-workspace.ts';
import { ensureMirror } from '../../src/git/ensure-mirror.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';
import {
  commitAll,
  failureOf,
  fingerprint,
  makeRepository,
  shell,
  startRun,
  timeoutMs,
  userGit,
  write,
} from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const repository = join(folder, 'project');
const first = makeRepository(repository);

function resolve(path: string, base: string | null = null, cwd?: string) {
  return resolveSource({ repository: path, base, timeoutMs, ...(cwd === undefined ? {} : { cwd }) });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await failureOf(promise)).code;
}

describe('a local source', () => {
  it('gives place, branch and commit', async () => {
    expect(await resolve(repository)).toEqual({
      kind: 'local',
      location: repository,
      gitDir: join(repository, '.git'),
      baseRef: 'refs/heads/main',
      baseCommit: first,
      defaultBranch: 'main',
      unseenWorkTree: null,
      warnings: [],
    });
  });

  it('can be named by a relative path, a file URL, a link, or a folder in it', async () => {
    mkdirSync(join(repository, 'deep', 'folder'), { recursive: true });
    symlinkSync(repository, join(folder, 'link'));
    expect((await resolve('project', null, folder)).location).toBe(repository);
    expect((await resolve(`file://${repository}`)).location).toBe(repository);
    expect((await resolve(join(folder, 'link'))).location).toBe(repository);
    const inside = await resolve(join(repository, 'deep', 'folder'));
    expect(inside.location).toBe(repository);
    expect(inside.warnings[0]).toContain('a folder in the repository');
  });

  it.each(['$(touch pwned) `touch pwned`; & |', '-leading-dash', 'with "quotes" and\nnewline', '#hash'])(
    'G3: may be called %j',
    async (name) => {
      const odd = join(folder, 'odd', name);
      const commit = makeRepository(odd);
      expect(await resolve(odd)).toMatchObject({ location: odd, baseCommit: commit });
      const run = await startRun(join(folder, 'odd-data'), odd);
      expect(existsSync(join(run.checkout, 'README.md'))).toBe(true);
      expect(readdirSync(folder)).not.toContain('pwned');
    },
  );

  it('G3: not a repository, and not even a folder', async () => {
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    expect(await codeOf(resolve(plain))).toBe('git.not-a-repository');
    expect(await codeOf(resolve(join(folder, 'nowhere')))).toBe('git.not-a-repository');
    expect(await codeOf(resolve(''))).toBe('git.unsupported-location');
    expect(await codeOf(resolve('ext::sh -c touch% pwned'))).toBe('git.unsupported-location');
  });

  it('G3: an empty repository', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    userGit(empty, 'init', '--quiet');
    expect(await codeOf(resolve(empty))).toBe('git.empty-repository');
    expect(await codeOf(resolve(empty, 'main'))).toBe('git.empty-repository');
  });

  it('G3: a missing branch is named, with similar ones', async () => {
    userGit(repository, 'branch', 'feature/login-page');
    const error = await failureOf(resolve(repository, 'feature/loginpage'));
    expect(error.code).toBe('git.missing-branch');
    expect(error.fields['suggestions']).toContain('feature/login-page');
    expect(await codeOf(resolve(repository, '--help'))).toBe('git.missing-branch');
    expect(await codeOf(resolve(repository, '-x; touch pwned'))).toBe('git.missing-branch');
  });

  it('branch, tag and commit can be the base', async () => {
    userGit(repository, 'tag', '-a', 'v1', '-m', 'v1');
    expect(await resolve(repository, 'feature/login-page')).toMatchObject({
      baseRef: 'refs/heads/feature/login-page',
      baseCommit: first,
    });
    expect(await resolve(repository, 'v1')).toMatchObject({ baseRef: 'refs/tags/v1', baseCommit: first });
    expect(await resolve(repository, first.slice(0, 10))).toMatchObject({ baseRef: null, baseCommit: first });
  });

  it('an unborn branch in a repository with other branches is a missing branch', async () => {
    const unborn = join(folder, 'unborn');
    makeRepository(unborn);
    userGit(unborn, 'symbolic-ref', 'HEAD', 'refs/heads/mian');
    const error = await failureOf(resolve(unborn));
    expect(error).toMatchObject({
      code: 'git.missing-branch',
      fields: { branch: 'mian', suggestions: ['main'] },
    });
  });

  it('bare, detached, linked work tree', async () => {
    const bare = join(folder, 'bare.git');
    userGit(folder, 'clone', '--quiet', '--bare', repository, bare);
    expect(await resolve(bare)).toMatchObject({
      location: bare,
      gitDir: bare,
      baseCommit: first,
      warnings: [],
    });
    const detached = join(folder, 'detached');
    userGit(folder, 'clone', '--quiet', repository, detached);
    userGit(detached, 'checkout', '--quiet', '--detach');
    const found = await resolve(detached);
    expect(found).toMatchObject({ baseRef: null, baseCommit: first, defaultBranch: null });
    expect(found.warnings[0]).toContain('detached');
    const linked = join(folder, 'linked');
    userGit(detached, 'worktree', 'add', '--quiet', '-b', 'side', linked);
    expect(await resolve(linked)).toMatchObject({
      location: linked,
      gitDir: join(detached, '.git'),
      baseRef: 'refs/heads/side',
      warnings: [],
    });
  });

  it('says that uncommitted changes are not part of the run, without touching the index or running a filter', async () => {
    const dirty = join(folder, 'dirty');
    makeRepository(dirty, { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitattributes': '*.txt filter=planted\n' });
    userGit(dirty, 'config', 'filter.planted.clean', `touch ${folder}/filter-ran; cat`);
    userGit(dirty, 'config', 'core.fsmonitor', `touch ${folder}/fsmonitor-ran; false`);
    write(dirty, { 'a.txt': 'changed\n', 'untracked.txt': 'new\n' });
    const before = fingerprint(dirty);
    expect((await resolve(dirty)).warnings).toEqual([expect.stringContaining('uncommitted changes (2)')]);
    expect(fingerprint(dirty)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.endsWith('-ran'))).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)(
    "G3: another user's repository is refused with what to do, unless the user trusts it",
    async () => {
      const foreign = join(folder, 'foreign');
      makeRepository(foreign);
      shell(folder, `chown -R 12345:12345 ${foreign}`);
      const error = await failureOf(resolve(foreign));
      expect(error.code).toBe('git.dubious-ownership');
      expect(error.text.next).toContain(`git config --global --add safe.directory "${foreign}"`);
      const home = join(folder, 'home');
      mkdirSync(home);
      writeFileSync(join(home, '.gitconfig'), `[safe]\n\tdirectory = ${foreign}\n`);
      chownSync(home, 0, 0);
      const userEnvironment = { HOME: home, PATH: process.env['PATH'] };
      const source = await resolveSource({ repository: foreign, base: null, timeoutMs, userEnvironment });
      const mirror = await ensureMirror({ mirrorsDir: join(folder, 'm2'), source, timeoutMs });
      expect(mirror.baseCommit).toBe(source.baseCommit);
    },
  );
});

describe('a mirror', () => {
  it('G1: has what the base needs and nothing else, and asks the source only for what is new', async () => {
    const source = join(folder, 'growing');
    const one = makeRepository(source);
    write(source, { 'other.txt': 'other\n' });
    userGit(source, 'checkout', '--quiet', '-b', 'other');
    const other = commitAll(source, 'other');
    userGit(source, 'checkout', '--quiet', 'main');
    const mirrorsDir = join(folder, 'mirrors');
    const { mirrorDir } = await ensureMirror({ mirrorsDir, source: await resolve(source), timeoutMs });
    expect(userGit(mirrorDir, 'cat-file', '-t', one)).toBe('commit');
    expect(() => userGit(mirrorDir, 'cat-file', '-e', other)).toThrow();
    const before = fingerprint(mirrorDir);
    await ensureMirror({ mirrorsDir, source: await resolve(source), timeoutMs });
    expect(fingerprint(mirrorDir)).toEqual(before);
    const again = await ensureMirror({ mirrorsDir, source: await resolve(source, 'other'), timeoutMs });
    expect(again).toEqual({ mirrorDir, baseCommit: other });
  });

  it('of a shallow source gives a workspace that works', async () => {
    const full = join(folder, 'long');
    makeRepository(full);
    write(full, { 'second.txt': '2\n' });
    commitAll(full, 'second');
    const shallow = join(folder, 'shallow');
    userGit(folder, 'clone', '--quiet', '--depth=1', `file://${full}`, shallow);
    const run = await startRun(join(folder, 'shallow-data'), shallow);
    expect(userGit(run.checkout, 'log', '--format=%s')).toBe('second');
    expect(userGit(run.checkout, 'status', '--porcelain')).toBe('');
  });

  it('of a SHA-256 repository works the same', async () => {
    const modern = join(folder, 'sha256');
    mkdirSync(modern);
    userGit(modern, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    write(modern, { 'a.txt': 'a\n' });
    commitAll(modern, 'first');
    const run = await startRun(join(folder, 'sha256-data'), modern);
    expect(userGit(run.checkout, 'status', '--porcelain')).toBe('');
    expect(run.baseCommit).toHaveLength(64);
  });

  it('G3: damage in the source is said to be damage', async () => {
    const damaged = join(folder, 'damaged');
    makeRepository(damaged);
    const blob = userGit(damaged, 'rev-parse', 'HEAD:README.md');
    const file = join(damaged, '.git', 'objects', blob.slice(0, 2), blob.slice(2));
    shell(damaged, `chmod u+w ${file}; printf broken > ${file}`);
    const mirrorsDir = join(folder, 'm3');
    const error = await failureOf(ensureMirror({ mirrorsDir, source: await resolve(damaged), timeoutMs }));
    expect(error.code).toBe('git.corrupt');
  });

  it('G1: twenty workspaces do not share a work tree, and one that is there is not made again', async () => {
    const data = join(folder, 'many');
    const runs = await Promise.all(Array.from({ length: 20 }, () => startRun(data, repository)));
    expect(new Set(runs.map((run) => run.checkout)).size).toBe(20);
    write(runs[0]!.checkout, { 'README.md': 'mine\n' });
    expect(userGit(runs[1]!.checkout, 'status', '--porcelain')).toBe('');
    const again = createWorkspace({ ...runs[0]!, branch: 'x', timeoutMs });
    expect(await codeOf(again)).toBe('git.bad-state');
  });
});
