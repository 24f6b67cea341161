import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DeliverLocalOptions, deliverLocal } from '../../src/git/deliver-local.ts';
import {
  commitAll,
  date,
  type FinishedRun,
  failureOf,
  fingerprint,
  finishRun,
  makeRepository,
  shell,
  timeoutMs,
  userGit,
  write,
} from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
afterAll(() => removeFolder(folder));

let repositories = 0;

function newRepository(): string {
  repositories += 1;
  const repository = join(folder, `project-${repositories}`);
  makeRepository(repository, { 'README.md': 'hello\n', 'src/a.txt': 'a\n' });
  return repository;
}

const BRANCH = 'runyard/t-1-abc';
const TAG = 'ai/t-1/before-1234567';

function delivery(run: FinishedRun, overrides: Partial<DeliverLocalOptions> = {}): DeliverLocalOptions {
  const { commit, baseCommit, bundle, source } = run;
  const tag = { name: TAG, message: 'Before the run\n\nRunyard-Run: r1' };
  return {
    sourceGitDir: source.gitDir ?? '',
    branch: BRANCH,
    tag,
    commit,
    baseCommit,
    bundle,
    date,
    timeoutMs,
    ...overrides,
  };
}

/** What a delivery may add: new objects, the branch, the tag, and their logs. */
function isAllowed(path: string): boolean {
  const allowed = [
    '.git/objects',
    '.git/refs/heads/runyard',
    '.git/logs/refs/heads/runyard',
    '.git/refs/tags/ai',
  ];
  return allowed.includes(path);
}

describe('delivery into a local source', () => {
  it('G6: makes the branch and the annotated tag, and leaves everything else bit for bit as it was', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    write(repository, { 'README.md': 'being edited\n', 'staged.txt': 'staged\n', 'untracked.txt': 'u\n' });
    userGit(repository, 'add', 'staged.txt');
    const before = fingerprint(repository, isAllowed);
    expect(await deliverLocal(delivery(run))).toEqual({ branch: BRANCH, tag: TAG, alreadyDelivered: false });
    expect(fingerprint(repository, isAllowed)).toEqual(before);
    expect(userGit(repository, 'rev-parse', BRANCH)).toBe(run.commit);
    expect(userGit(repository, 'cat-file', '-t', TAG)).toBe('tag');
    expect(userGit(repository, 'rev-parse', `${TAG}^{commit}`)).toBe(run.baseCommit);
    expect(userGit(repository, 'tag', '-l', '--format=%(contents)', TAG)).toContain('Runyard-Run: r1');
    expect(userGit(repository, 'show', `${BRANCH}:new.txt`)).toBe('made by a run');
    expect(userGit(repository, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
      'refs/heads/main',
      `refs/heads/${BRANCH}`,
      `refs/tags/${TAG}`,
    ]);
    userGit(repository, 'fsck', '--no-dangling');
    expect(existsSync(join(repository, '.git', 'FETCH_HEAD'))).toBe(false);
  });

  it('twice is once, also at the same time, and also if the first one only got as far as the branch', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    const both = await Promise.all([deliverLocal(delivery(run)), deliverLocal(delivery(run))]);
    expect(both.map(({ branch, tag }) => [branch, tag])).toEqual([
      [BRANCH, TAG],
      [BRANCH, TAG],
    ]);
    const state = fingerprint(repository);
    expect(await deliverLocal(delivery(run))).toMatchObject({ alreadyDelivered: true });
    expect(fingerprint(repository)).toEqual(state);
    userGit(repository, 'tag', '-d', TAG);
    expect(await deliverLocal(delivery(run))).toMatchObject({ alreadyDelivered: false });
    expect(userGit(repository, 'rev-parse', `${TAG}^{commit}`)).toBe(run.baseCommit);
  });

  it('twice is once, also when the other one makes its tag while this one looks', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    await deliverLocal(delivery(run));
    const tag = userGit(repository, 'rev-parse', `refs/tags/${TAG}`);
    userGit(repository, 'tag', '-d', TAG);
    let asked = 0;
    const confirm = async () => {
      asked += 1;
      if (asked === 2) userGit(repository, 'update-ref', `refs/tags/${TAG}`, tag);
    };
    expect(await deliverLocal(delivery(run, { confirm }))).toMatchObject({ alreadyDelivered: true });
    expect(asked).toBe(2);
    expect(userGit(repository, 'rev-parse', BRANCH, `refs/tags/${TAG}`).split('\n')).toEqual([
      run.commit,
      tag,
    ]);
  });

  it("G3: the source's hooks, monitors and configured programs are not run", async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    const canaries = join(folder, 'delivery-canaries');
    mkdirSync(canaries);
    const hooks = [
      'reference-transaction',
      'post-update',
      'update',
      'pre-receive',
      'post-receive',
      'post-index-change',
      'post-checkout',
    ];
    for (const hook of hooks) {
      writeFileSync(join(repository, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${canaries}/${hook}\n`);
      chmodSync(join(repository, '.git', 'hooks', hook), 0o755);
    }
    userGit(repository, 'config', 'core.fsmonitor', `touch ${canaries}/fsmonitor; false`);
    userGit(repository, 'config', 'uploadpack.packObjectsHook', `touch ${canaries}/pack; false`);
    userGit(repository, 'config', 'core.alternateRefsCommand', `touch ${canaries}/alternates; false`);
    userGit(repository, 'config', 'gc.auto', '1');
    await deliverLocal(delivery(run));
    expect(readdirSync(canaries)).toEqual([]);
  });

  it('G3: a branch or tag of that name with other content is never overwritten', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    write(repository, { 'else.txt': 'x\n' });
    const other = commitAll(repository, 'else');
    userGit(repository, 'branch', BRANCH);
    await expect(deliverLocal(delivery(run))).rejects.toMatchObject({
      code: 'git.branch-exists',
      fields: { commit: other },
    });
    await expect(
      deliverLocal(delivery(run, { branch: 'runyard/free', tag: { name: 'taken', message: 'm' } })),
    ).resolves.toBeDefined();
    userGit(repository, 'tag', 'mine', 'HEAD');
    const clash = deliverLocal(delivery(run, { branch: 'runyard/two', tag: { name: 'mine', message: 'm' } }));
    await expect(clash).rejects.toMatchObject({ code: 'git.tag-exists' });
    expect(userGit(repository, 'branch', '--list', 'runyard/two')).toBe('');
  });

  it('G3: a branch that is called just "runyard" stands in the way, and that is said; nothing is half done', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    userGit(repository, 'branch', 'runyard');
    const error = await failureOf(deliverLocal(delivery(run)));
    expect(error).toMatchObject({ code: 'git.ref-blocked', fields: { ref: `refs/heads/${BRANCH}` } });
    expect(userGit(repository, 'tag')).toBe('');
  });

  it('works when the base branch moved on, was rewritten, or HEAD is somewhere else', async () => {
    const repository = newRepository();
    write(repository, { 'second.txt': '2\n' });
    commitAll(repository, 'second');
    const run = await finishRun(folder, repository);
    userGit(repository, 'reset', '--quiet', '--hard', 'HEAD~1');
    userGit(repository, 'reflog', 'expire', '--expire=now', '--all');
    write(repository, { 'rewritten.txt': 'r\n' });
    commitAll(repository, 'rewritten');
    userGit(repository, 'checkout', '--quiet', '--detach');
    await deliverLocal(delivery(run));
    expect(userGit(repository, 'log', '--format=%s', BRANCH).split('\n')).toEqual([
      'Do the work',
      'second',
      'first',
    ]);
  });

  it('into a bare, a shallow, a linked and a packed repository', async () => {
    const origin = newRepository();
    write(origin, { 'second.txt': '2\n' });
    commitAll(origin, 'second');
    const bare = join(folder, 'bare.git');
    userGit(folder, 'clone', '--quiet', '--bare', origin, bare);
    const shallow = join(folder, 'shallow');
    userGit(folder, 'clone', '--quiet', '--depth=1', `file://${origin}`, shallow);
    const linked = join(folder, 'linked');
    userGit(origin, 'worktree', 'add', '--quiet', '-b', 'side', linked);
    const packed = join(folder, 'packed');
    userGit(folder, 'clone', '--quiet', origin, packed);
    userGit(packed, 'pack-refs', '--all');
    for (const repository of [bare, shallow, linked, packed]) {
      const run = await finishRun(folder, repository);
      await deliverLocal(delivery(run, { branch: `runyard/${repository.split('/').at(-1)}` }));
      expect(userGit(repository, 'show', `runyard/${repository.split('/').at(-1)}:new.txt`)).toBe(
        'made by a run',
      );
      userGit(repository, 'fsck', '--no-dangling');
    }
  });

  it.runIf(process.getuid?.() === 0)(
    "delivered by root, the new files belong to the repository's owner",
    async () => {
      const repository = newRepository();
      const run = await finishRun(folder, repository);
      shell(folder, `chown -R 12345:12345 ${repository}`);
      await deliverLocal(delivery(run));
      const foreign = Object.keys(fingerprint(repository)).filter(
        (path) => lstatSync(join(repository, path)).uid !== 12345,
      );
      expect(foreign).toEqual([]);
      expect(lstatSync(join(repository, '.git/refs/heads/runyard')).uid).toBe(12345);
    },
  );

  it('G3: a lock somebody holds in the source is waited for and never taken', async () => {
    const repository = newRepository();
    const run = await finishRun(folder, repository);
    const lock = join(repository, '.git', 'refs', 'heads', `${BRANCH}.lock`);
    mkdirSync(join(lock, '..'), { recursive: true });
    writeFileSync(lock, '');
    shell(folder, `touch -d '1 hour ago' ${lock}`);
    await expect(deliverLocal(delivery(run))).rejects.toMatchObject({
      code: 'git.locked',
      fields: { path: lock },
    });
    expect(existsSync(lock)).toBe(true);
    expect(userGit(repository, 'tag')).toBe('');
  });
});
