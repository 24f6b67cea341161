import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBundle } from '../../src/git/bundle.ts';
import { createWorkspace } from '../../src/git/create-workspace.ts';
import { type DeliverRemoteOptions, deliverRemote } from '../../src/git/deliver-remote.ts';
import { ensureMirror } from '../../src/git/ensure-mirror.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';
import { workspaceFolders } from '../../src/git/workspace.ts';
import {
  commitAll,
  commitRun,
  date,
  failureOf,
  makeRepository,
  timeoutMs,
  userGit,
  write,
} from '../fixtures/git-helpers.ts';
import { type GitServer, startGitServer } from '../fixtures/git-http-server.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
const served = join(folder, 'served');
const home = join(folder, 'home');
const PASSWORD = 'correct-horse';
let open: GitServer;
let closed: GitServer;

beforeAll(async () => {
  mkdirSync(home);
  makeRepository(join(folder, 'seed'));
  write(join(folder, 'seed'), { 'src/a.txt': 'a\n' });
  commitAll(join(folder, 'seed'), 'second');
  userGit(join(folder, 'seed'), 'tag', '-a', 'v1', '-m', 'v1');
  [open, closed] = await Promise.all([startGitServer(served), startGitServer(served, PASSWORD)]);
});

afterAll(async () => {
  await Promise.all([open.close(), closed.close()]);
  removeFolder(folder);
});

const userEnvironment = { HOME: home, PATH: process.env['PATH'] };
let remotes = 0;

function newRemote(): { url: string; path: string; name: string } {
  remotes += 1;
  const name = `project-${remotes}.git`;
  userGit(folder, 'clone', '--quiet', '--bare', join(folder, 'seed'), join(served, name));
  return { url: `${open.url}/${name}`, path: join(served, name), name };
}

function resolve(repository: string, base: string | null = null) {
  return resolveSource({ repository, base, timeoutMs, userEnvironment });
}

/** A finished run on a remote, ready to be delivered. */
async function finish(url: string): Promise<DeliverRemoteOptions> {
  const source = await resolve(url);
  const mirrorsDir = join(folder, 'mirrors');
  const mirror = await ensureMirror({ mirrorsDir, source, timeoutMs, userEnvironment });
  remotes += 1;
  const workspaceDir = join(folder, `run-${remotes}`);
  await createWorkspace({ workspaceDir, ...mirror, branch: 'runyard/t-1', timeoutMs });
  const folders = workspaceFolders(workspaceDir);
  write(folders.checkout, { 'new.txt': 'made by a run\n' });
  const result = await commitRun({ source, ...mirror, workspaceDir, ...folders });
  if (result.unchanged) throw new Error('nothing changed');
  const bundle = join(workspaceDir, 'work.bundle');
  await createBundle({
    gitDir: folders.hostGit,
    base: mirror.baseCommit,
    commit: result.commit,
    file: bundle,
    timeoutMs,
  });
  const { commit } = result;
  const tag = { name: 'ai/t-1/before-1234567', message: 'Before the run' };
  return { url, ...mirror, branch: 'runyard/t-1-abc', tag, commit, bundle, date, userEnvironment, timeoutMs };
}

describe('a remote source', () => {
  it('gives branch and commit of HEAD, of a branch, of a tag, of a commit', async () => {
    const { url } = newRemote();
    const head = userGit(join(folder, 'seed'), 'rev-parse', 'HEAD');
    const main = {
      kind: 'remote',
      location: url,
      gitDir: null,
      baseRef: 'refs/heads/main',
      baseCommit: head,
      warnings: [],
      unseenWorkTree: null,
    };
    expect(await resolve(url)).toEqual({ ...main, defaultBranch: 'main' });
    expect(await resolve(url, 'main')).toMatchObject(main);
    expect(await resolve(url, 'v1')).toMatchObject({ baseRef: 'refs/tags/v1', baseCommit: head });
    expect(await resolve(url, head)).toMatchObject({ baseRef: null, baseCommit: head });
  });

  it('G3: a missing branch, an empty and a missing repository are told apart', async () => {
    const { url } = newRemote();
    await expect(resolve(url, 'mian')).rejects.toMatchObject({
      code: 'git.missing-branch',
      fields: { suggestions: ['main'] },
    });
    userGit(served, 'init', '--quiet', '--bare', 'empty.git');
    await expect(resolve(`${open.url}/empty.git`)).rejects.toMatchObject({ code: 'git.empty-repository' });
    await expect(resolve(`${open.url}/none.git`)).rejects.toMatchObject({ code: 'git.not-a-repository' });
  });

  it('G3: wrong credentials, an unreachable host and a silent one are told apart, and none hangs', async () => {
    const { name } = newRemote();
    await expect(resolve(`${closed.url}/${name}`)).rejects.toMatchObject({
      code: 'git.authentication',
      kind: 'needs-human',
    });
    await expect(resolve('http://127.0.0.1:1/x.git')).rejects.toMatchObject({
      code: 'git.unreachable',
      kind: 'retryable',
    });
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const waiting = resolveSource({
      repository: `http://127.0.0.1:${port}/x.git`,
      base: null,
      timeoutMs: 400,
      userEnvironment,
    });
    await expect(waiting).rejects.toMatchObject({ code: 'git.timed-out', kind: 'retryable' });
    silent.close();
  });

  it("the user's own credential helper is used, and no password stands in errors or results", async () => {
    const { name } = newRemote();
    writeFileSync(
      join(home, '.gitconfig'),
      `[credential]\n\thelper = "!f() { echo username=me; echo password=${PASSWORD}; }; f"\n`,
    );
    const source = await resolve(`${closed.url}/${name}`);
    expect(source.defaultBranch).toBe('main');
    writeFileSync(join(home, '.gitconfig'), '');
    const withPassword = closed.url.replace('//', '//me:wrong-password@');
    const error = await failureOf(resolve(`${withPassword}/${name}`));
    expect(error.code).toBe('git.authentication');
    expect(JSON.stringify([error.text, error.fields, error.message])).not.toContain('wrong-password');
    const right = closed.url.replace('//', `//me:${PASSWORD}@`);
    expect((await resolve(`${right}/${name}`)).warnings[0]).toContain('credential helper');
  });

  it('is fetched once per base commit', async () => {
    const { url } = newRemote();
    const source = await resolve(url);
    const options = { mirrorsDir: join(folder, 'mirrors'), source, timeoutMs, userEnvironment };
    const mirror = await ensureMirror(options);
    const requests = open.requests.length;
    expect(await ensureMirror(options)).toEqual(mirror);
    expect(open.requests.length).toBe(requests);
    expect(userGit(mirror.mirrorDir, 'cat-file', '-p', `${mirror.baseCommit}:src/a.txt`)).toBe('a');
  });
});

describe('delivery to a remote', () => {
  it('G6: pushes the branch and the annotated tag, and twice is once', async () => {
    const { url, path } = newRemote();
    const options = await finish(url);
    expect(await deliverRemote(options)).toEqual({
      branch: options.branch,
      tag: options.tag.name,
      alreadyDelivered: false,
    });
    expect(await deliverRemote(options)).toMatchObject({ alreadyDelivered: true });
    expect(userGit(path, 'rev-parse', options.branch, `${options.tag.name}^{commit}`).split('\n')).toEqual([
      options.commit,
      options.baseCommit,
    ]);
  });

  it('G6: twice is once, also when the other one has made its branch and not yet its tag', async () => {
    const { url, path } = newRemote();
    const options = await finish(url);
    const { branch, tag, commit } = options;
    await deliverRemote(options);
    const tagObject = userGit(path, 'rev-parse', `refs/tags/${tag.name}`);
    userGit(path, 'tag', '-d', tag.name);
    userGit(path, 'update-ref', '-d', `refs/heads/${branch}`);
    // Refs are made one after the other, also those of an atomic push.
    const hook = `#!/bin/sh\n[ -e made ] && exit 0\ntouch made\nenv -u GIT_QUARANTINE_PATH git update-ref refs/heads/${branch} ${commit}\n`;
    writeFileSync(join(path, 'hooks/pre-receive'), hook, { mode: 0o755 });
    let tries = 0;
    const confirm = async () => {
      tries += 1;
    };
    expect(await deliverRemote({ ...options, confirm })).toMatchObject({ branch, tag: tag.name });
    expect(tries).toBe(2);
    expect(userGit(path, 'rev-parse', branch, `refs/tags/${tag.name}`).split('\n')).toEqual([
      commit,
      tagObject,
    ]);
  });

  it('a push whose answer was lost is a delivery', async () => {
    const { url, path } = newRemote();
    const options = await finish(url);
    open.answerPushes = 'lost';
    const outcome = await deliverRemote(options).finally(() => {
      open.answerPushes = 'normally';
    });
    expect(outcome.branch).toBe(options.branch);
    expect(userGit(path, 'rev-parse', options.branch)).toBe(options.commit);
  });

  it('G3: a refused push says why, and nothing is half done', async () => {
    const { url, path } = newRemote();
    const options = await finish(url);
    writeFileSync(
      join(path, 'hooks', 'pre-receive'),
      '#!/bin/sh\necho "branch names need a ticket" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const error = await failureOf(deliverRemote(options));
    expect(error).toMatchObject({ code: 'git.push-rejected', kind: 'needs-human' });
    expect(error.text.why).toContain('branch names need a ticket');
    expect(userGit(path, 'for-each-ref', '--format=%(refname)', 'refs/heads/runyard', 'refs/tags/ai')).toBe(
      '',
    );
    open.answerPushes = 'denied';
    const denied = deliverRemote(options).finally(() => {
      open.answerPushes = 'normally';
    });
    await expect(denied).rejects.toMatchObject({ code: 'git.write-refused' });
  });

  it.each(['denied', 'forbidden'] as const)(
    'G3: credentials that may read but not write are named as the reason (%s)',
    async (how) => {
      const { url, path } = newRemote();
      const options = await finish(url);
      open.answerPushes = how;
      const error = await failureOf(
        deliverRemote(options).finally(() => {
          open.answerPushes = 'normally';
        }),
      );
      expect(error).toMatchObject({ code: 'git.write-refused', kind: 'needs-human' });
      expect(error.text.what).toContain('may read there, but not write');
      expect(error.text.next).toContain('write access');
      expect(userGit(path, 'for-each-ref', '--format=%(refname)', 'refs/heads/runyard')).toBe('');
    },
  );

  it('G3: a branch that is there with other content is not overwritten', async () => {
    const { url, path } = newRemote();
    const options = await finish(url);
    userGit(path, 'branch', options.branch, 'main');
    await expect(deliverRemote(options)).rejects.toMatchObject({ code: 'git.branch-exists' });
    expect(userGit(path, 'rev-parse', options.branch)).toBe(options.baseCommit);
    expect(userGit(path, 'tag', '--list', 'ai/*')).toBe('');
  });
});
