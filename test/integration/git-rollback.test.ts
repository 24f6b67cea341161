import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliverLocal } from '../../src/git/deliver-local.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';
import { type RollbackOptions, rollback } from '../../src/git/rollback.ts';
import {
  commitAll,
  date,
  failureOf,
  fingerprint,
  finishRun,
  makeRepository,
  timeoutMs,
  userGit,
  write,
} from '../fixtures/git-helpers.ts';
import { type GitServer, startGitServer } from '../fixtures/git-http-server.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
const served = join(folder, 'served');
const mirrorsDir = join(folder, 'mirrors');
let server: GitServer;

beforeAll(async () => {
  mkdirSync(served);
  server = await startGitServer(served);
});

afterAll(async () => {
  await server.close();
  removeFolder(folder);
});

const BRANCH = 'runyard/t-1-abc';
let repositories = 0;

/** A repository with a delivered run that changed README.md and added new.txt; and how to undo it. */
async function delivered(): Promise<{
  repository: string;
  commit: string;
  base: string;
  options: RollbackOptions;
}> {
  repositories += 1;
  const repository = join(folder, `project-${repositories}`);
  makeRepository(repository, { 'README.md': 'hello\n', 'other.txt': 'o\n' });
  const run = await finishRun(folder, repository, { 'README.md': 'changed by the run\n', 'new.txt': 'n\n' });
  const { commit, baseCommit, bundle, source } = run;
  const tag = { name: `ai/t-1/before-${commit.slice(0, 7)}`, message: 'Before' };
  await deliverLocal({
    sourceGitDir: source.gitDir ?? '',
    branch: BRANCH,
    tag,
    commit,
    baseCommit,
    bundle,
    date,
    timeoutMs,
  });
  const delivery = { branch: BRANCH, commit, baseCommit, baseRef: source.baseRef };
  const trailers = ['Runyard-Run: r1'];
  return {
    repository,
    commit,
    base: baseCommit,
    options: { source, mirrorsDir, delivery, mode: 'revert', date, timeoutMs, trailers },
  };
}

function expectUndone(repository: string, tip: string): void {
  expect(userGit(repository, 'show', `${tip}:README.md`)).toBe('hello');
  expect(userGit(repository, 'ls-tree', '--name-only', tip)).not.toContain('new.txt');
}

describe('rollback in a local source', () => {
  it('G6: before a merge, by a commit on the branch of the run; the work tree is not touched', async () => {
    const { repository, commit, options } = await delivered();
    write(repository, { 'README.md': 'being edited\n' });
    const before = fingerprint(repository, (path) => path.startsWith('.git/'));
    const outcome = await rollback(options);
    expect(outcome).toEqual({
      mode: 'revert',
      branch: BRANCH,
      commit: userGit(repository, 'rev-parse', BRANCH),
      changed: true,
    });
    expectUndone(repository, BRANCH);
    const message = userGit(repository, 'log', '-1', '--format=%B', BRANCH);
    expect(message).toContain(`Revert "Do the work"\n\nThis reverts commit ${commit}.\n\nRunyard-Run: r1`);
    expect(userGit(repository, 'rev-parse', `${BRANCH}^`)).toBe(commit);
    expect(fingerprint(repository, (path) => path.startsWith('.git/'))).toEqual(before);
    expect(await rollback(options)).toMatchObject({ changed: false });
    userGit(repository, 'fsck', '--no-dangling');
  });

  it.each(['merge', 'fast-forward', 'squash'])(
    'G6: after a %s, by a new branch on top of the base branch',
    async (how) => {
      const { repository, options } = await delivered();
      if (how !== 'fast-forward') {
        write(repository, { 'other.txt': 'moved on\n' });
        commitAll(repository, 'meanwhile');
      }
      if (how === 'squash') {
        userGit(repository, 'merge', '--quiet', '--squash', BRANCH);
        commitAll(repository, 'squashed');
        userGit(repository, 'branch', '-D', BRANCH);
      } else userGit(repository, 'merge', '--quiet', '--no-edit', BRANCH);
      write(repository, { 'later.txt': 'later\n' });
      const main = commitAll(repository, 'later');
      const outcome = await rollback(options);
      expect(outcome.branch).toBe(`runyard/revert-${options.delivery.commit.slice(0, 7)}`);
      expect(userGit(repository, 'rev-parse', `${outcome.branch}^`)).toBe(main);
      expect(userGit(repository, 'rev-parse', 'main')).toBe(main);
      expectUndone(repository, outcome.branch);
      expect(userGit(repository, 'show', `${outcome.branch}:later.txt`)).toBe('later');
      expect(await rollback(options)).toEqual({ ...outcome, changed: false });
    },
  );

  it('G6: a branch that is checked out is not moved; the revert gets a branch of its own', async () => {
    const { repository, commit, options } = await delivered();
    userGit(repository, 'checkout', '--quiet', BRANCH);
    const outcome = await rollback(options);
    expect(outcome.branch).toBe(`runyard/revert-${commit.slice(0, 7)}`);
    expect(userGit(repository, 'rev-parse', BRANCH)).toBe(commit);
    expect(userGit(repository, 'status', '--porcelain')).toBe('');
    expectUndone(repository, outcome.branch);
    await expect(rollback({ ...options, mode: 'reset' })).rejects.toMatchObject({ code: 'git.bad-state' });
  });

  it('G6: reset moves the branch back to the tagged state, unless something was built on it', async () => {
    const { repository, base, options } = await delivered();
    const reset = { ...options, mode: 'reset' } as const;
    expect(await rollback(reset)).toEqual({ mode: 'reset', branch: BRANCH, commit: base, changed: true });
    expect(userGit(repository, 'rev-parse', BRANCH)).toBe(base);
    expect(await rollback(reset)).toMatchObject({ changed: false });

    const second = await delivered();
    userGit(second.repository, 'checkout', '--quiet', BRANCH);
    write(second.repository, { 'on-top.txt': 'x\n' });
    const top = commitAll(second.repository, 'on top');
    userGit(second.repository, 'checkout', '--quiet', 'main');
    await expect(rollback({ ...second.options, mode: 'reset' })).rejects.toMatchObject({
      code: 'git.bad-state',
    });
    expect(userGit(second.repository, 'rev-parse', BRANCH)).toBe(top);
  });

  it('G3: a conflict with later changes names the paths and changes nothing', async () => {
    const { repository, options } = await delivered();
    userGit(repository, 'merge', '--quiet', '--no-edit', BRANCH);
    write(repository, { 'README.md': 'changed again, by a person\n' });
    commitAll(repository, 'again');
    const before = fingerprint(repository);
    const error = await failureOf(rollback(options));
    expect(error).toMatchObject({
      code: 'git.conflict',
      kind: 'needs-human',
      fields: { paths: ['README.md'] },
    });
    expect(fingerprint(repository)).toEqual(before);
  });

  it('a branch of that name with something else in it is not touched', async () => {
    const { repository, commit, options } = await delivered();
    userGit(repository, 'merge', '--quiet', '--no-edit', BRANCH);
    const name = `runyard/revert-${commit.slice(0, 7)}`;
    userGit(repository, 'branch', name, 'main');
    await expect(rollback(options)).rejects.toMatchObject({ code: 'git.branch-exists' });
  });
});

describe('rollback on a remote', () => {
  async function onRemote() {
    const { repository, options } = await delivered();
    const name = `remote-${repositories}.git`;
    userGit(folder, 'clone', '--quiet', '--mirror', repository, join(served, name));
    const userEnvironment = { HOME: folder, PATH: process.env['PATH'] };
    const source = await resolveSource({
      repository: `${server.url}/${name}`,
      base: null,
      timeoutMs,
      userEnvironment,
    });
    return { path: join(served, name), options: { ...options, source, userEnvironment } };
  }

  it('G6: before and after a merge', async () => {
    const { path, options } = await onRemote();
    const first = await rollback(options);
    expect(first).toMatchObject({ branch: BRANCH, changed: true });
    expectUndone(path, BRANCH);

    const merged = await onRemote();
    userGit(merged.path, 'update-ref', 'refs/heads/main', BRANCH);
    const second = await rollback(merged.options);
    expect(second.branch).toMatch(/^runyard\/revert-/);
    expectUndone(merged.path, second.branch);
    expect(await rollback(merged.options)).toEqual({ ...second, changed: false });
  });

  it('G6: reset', async () => {
    const { path, options } = await onRemote();
    expect(await rollback({ ...options, mode: 'reset' })).toMatchObject({ mode: 'reset', changed: true });
    expect(userGit(path, 'rev-parse', BRANCH)).toBe(options.delivery.baseCommit);
  });
});
