import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createBundle, importBundle } from '../../src/git/bundle.ts';
import { diffOf } from '../../src/git/diff-of.ts';
import { materialise } from '../../src/git/materialise.ts';
import { snapshotWorkspace } from '../../src/git/snapshot-workspace.ts';
import {
  commitAll,
  commitRun,
  date,
  fingerprint,
  finishRun,
  makeRepository,
  shell,
  startRun,
  type TestRun,
  timeoutMs,
  userGit,
  write,
} from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
afterAll(() => removeFolder(folder));

const repository = join(folder, 'project');
makeRepository(repository, { 'README.md': 'hello\n', 'src/a.txt': 'a\n', '.gitignore': '*.log\n' });

async function committed(run: TestRun, exclude: string[] = []) {
  const result = await commitRun(run, exclude);
  if (result.unchanged) throw new Error('nothing was committed');
  const show = (path: string) => userGit(run.hostGit, 'cat-file', '-p', `${result.commit}:${path}`);
  return {
    ...result,
    show,
    list: () => userGit(run.hostGit, 'ls-tree', '-r', '--name-only', result.commit).split('\n'),
  };
}

describe('a workspace', () => {
  it("is a clean checkout on the run's branch, without remotes", async () => {
    const { checkout, baseCommit } = await startRun(folder, repository);
    expect(userGit(checkout, 'status', '--porcelain', '--branch')).toBe('## runyard/t-1');
    expect(userGit(checkout, 'rev-parse', 'HEAD')).toBe(baseCommit);
    expect(userGit(checkout, 'remote')).toBe('');
    expect(userGit(checkout, 'config', 'user.name')).toBe('Runyard');
  });

  it('commits what stands in the work tree, whatever the agent did to its own repository', async () => {
    const run = await startRun(folder, repository);
    write(run.checkout, { 'src/b.txt': 'b\n', 'README.md': 'changed\n' });
    rmSync(join(run.checkout, 'src/a.txt'));
    shell(
      run.checkout,
      'rm -rf .git; git init -q; git config user.email a@b; git config user.name x; git commit -q --allow-empty -m mine',
    );
    const result = await committed(run);
    expect(
      result.changedFiles.map(({ path, status, added, deleted }) => [path, status, added, deleted]),
    ).toEqual([
      ['README.md', 'modified', 1, 1],
      ['src/a.txt', 'deleted', 0, 1],
      ['src/b.txt', 'added', 1, 0],
    ]);
    const raw = userGit(run.hostGit, 'cat-file', '-p', result.commit);
    expect(raw).toContain(
      `parent ${run.baseCommit}\nauthor Runyard <runyard@localhost> ${date.getTime() / 1000} +0000`,
    );
    expect(raw).toContain('Do the work\n\nRunyard-Run: r1');
  });

  it('nothing changed, and only ignored files changed, is no commit', async () => {
    const run = await startRun(folder, repository);
    expect(await commitRun(run)).toEqual({ unchanged: true, warnings: [] });
    write(run.checkout, {
      'debug.log': 'x',
      'node_modules/left-pad/index.js': 'x',
      'src/node_modules/x.js': 'x',
    });
    expect((await commitRun(run)).unchanged).toBe(true);
  });

  it('whitespace and the executable bit count', async () => {
    const run = await startRun(folder, repository);
    write(run.checkout, { 'README.md': 'hello \n' });
    shell(run.checkout, 'chmod +x src/a.txt');
    const { changedFiles } = await committed(run);
    expect(changedFiles.map(({ path, newMode }) => [path, newMode])).toEqual([
      ['README.md', '100644'],
      ['src/a.txt', '100755'],
    ]);
  });

  it('leaves out what the host excludes, even if the repository wants it', async () => {
    const run = await startRun(folder, repository);
    write(run.checkout, {
      '.gitignore': '!node_modules\n!*.log\n',
      'node_modules/x/y.js': 'x',
      'prompt [1].md': 'p',
      'ok.txt': 'ok',
    });
    const { list } = await committed(run, ['node_modules', 'prompt [1].md']);
    expect(list()).toEqual(['.gitignore', 'README.md', 'ok.txt', 'src/a.txt']);
  });

  it('says which files are binary', async () => {
    const run = await startRun(folder, repository);
    writeFileSync(join(run.checkout, 'image.png'), Buffer.from([0x89, 0x50, 0, 1, 2, 3, 255]));
    const { changedFiles, commit } = await committed(run);
    expect(changedFiles).toEqual([expect.objectContaining({ path: 'image.png', binary: true, added: 0 })]);
    const diff = await diffOf({ gitDir: run.hostGit, base: run.baseCommit, commit, timeoutMs });
    expect(diff.text).toContain('Binary files /dev/null and b/image.png differ');
  });
});

describe('what an agent may plant', () => {
  it('G3: hooks, filters, monitors, configuration and attributes run nothing on the host', async () => {
    const run = await startRun(folder, repository);
    const canary = join(run.workspaceDir, 'canaries');
    mkdirSync(canary);
    const plant = (name: string) => `touch ${canary}/${name}; cat`;
    const hooks = [
      'pre-commit',
      'post-commit',
      'post-checkout',
      'reference-transaction',
      'post-index-change',
      'pre-push',
    ];
    for (const hook of hooks) {
      write(run.checkout, {
        [`.git/hooks/${hook}`]: `#!/bin/sh\n${plant(hook)}\n`,
        [`hooks/${hook}`]: `#!/bin/sh\n${plant(hook)}\n`,
      });
    }
    shell(run.checkout, 'chmod +x .git/hooks/* hooks/*');
    const settings = {
      'core.hooksPath': join(run.checkout, 'hooks'),
      'core.fsmonitor': plant('fsmonitor'),
      'core.sshCommand': plant('ssh'),
      'core.editor': plant('editor'),
      'core.pager': plant('pager'),
      'diff.external': plant('external'),
      'diff.planted.textconv': plant('textconv'),
      'filter.planted.clean': plant('clean'),
      'filter.planted.smudge': plant('smudge'),
      'filter.planted.process': plant('process'),
      'merge.planted.driver': plant('merge'),
      'gpg.program': plant('gpg'),
      'commit.gpgSign': 'true',
      'alias.add': `!${plant('alias')}`,
      'credential.helper': `!${plant('credential')}`,
    };
    for (const [key, value] of Object.entries(settings)) userGit(run.checkout, 'config', key, value);
    write(run.checkout, {
      '.gitattributes': '* filter=planted diff=planted merge=planted\n',
      '.git/info/attributes': '* filter=planted\n',
      'planted.txt': 'content\n',
      '.gitconfig': `[core]\n\thooksPath = ${join(run.checkout, 'hooks')}\n`,
    });
    const { commit, show } = await committed(run);
    await snapshotWorkspace({ ...run, runId: 'r1', name: 's', date, timeoutMs });
    await materialise({
      gitDir: run.hostGit,
      commit,
      targetDir: join(run.workspaceDir, 'verify'),
      withRepository: true,
      timeoutMs,
    });
    await diffOf({ gitDir: run.hostGit, base: run.baseCommit, commit, timeoutMs });
    const bundle = join(run.workspaceDir, 'b');
    await createBundle({ gitDir: run.hostGit, base: run.baseCommit, commit, file: bundle, timeoutMs });
    await importBundle({ gitDir: run.mirrorDir, commit, file: bundle, timeoutMs });
    expect(show('planted.txt')).toBe('content');
    expect(readdirSync(canary)).toEqual([]);
  });

  it('G4: links are committed as links and never read through', async () => {
    const run = await startRun(folder, repository);
    symlinkSync('/etc/passwd', join(run.checkout, 'link'));
    rmSync(join(run.checkout, 'src'), { recursive: true });
    symlinkSync('/etc', join(run.checkout, 'src'));
    const { show, changedFiles, list } = await committed(run);
    expect(show('link')).toBe('/etc/passwd');
    expect(show('src')).toBe('/etc');
    expect(list()).toEqual(['.gitignore', 'README.md', 'link', 'src']);
    expect(changedFiles.filter((file) => file.newMode === '120000').map((file) => file.path)).toEqual([
      'link',
      'src',
    ]);
  });

  it('G4: a link in the place of the work tree is refused, and so is a missing one', async () => {
    const run = await startRun(folder, repository);
    renameSync(run.checkout, `${run.checkout}-away`);
    await expect(commitRun(run)).rejects.toMatchObject({ code: 'git.bad-state' });
    symlinkSync('/etc', run.checkout);
    await expect(commitRun(run)).rejects.toMatchObject({ code: 'git.bad-state' });
  });

  it('odd file names survive: newline, dashes, 255 bytes, not UTF-8, case twins, pathspec magic', async () => {
    const run = await startRun(folder, repository);
    const names = [
      'new\nline',
      '-dash',
      '--help',
      ':(exclude)x',
      '*',
      'x'.repeat(255),
      'Twin',
      'twin',
      ' space ',
      'tab\there',
      '"q"',
    ];
    for (const name of names) writeFileSync(join(run.checkout, name), name);
    writeFileSync(Buffer.concat([Buffer.from(`${run.checkout}/caf`), Buffer.from([0xe9])]), 'latin');
    const { changedFiles, commit } = await committed(run);
    expect(changedFiles.map(({ path }) => path).sort()).toEqual([...names, '"caf\\351"'].sort());
    expect(changedFiles.every(({ added }) => added >= 1)).toBe(true);
    const target = join(run.workspaceDir, 'verify');
    await materialise({ gitDir: run.hostGit, commit, targetDir: target, timeoutMs });
    expect(readFileSync(join(target, 'new\nline'), 'utf8')).toBe('new\nline');
    expect(readdirSync(target, { encoding: 'buffer' }).some((name) => name.includes(0xe9))).toBe(true);
  });

  it('an embedded repository becomes ordinary files, with a warning, with and without a commit in it', async () => {
    const run = await startRun(folder, repository);
    const init = 'git init -q . && git config user.email a@b && git config user.name x';
    mkdirSync(join(run.checkout, 'packages/scaffold'), { recursive: true });
    shell(
      join(run.checkout, 'packages/scaffold'),
      `${init} && echo 1 > index.js && git add -A && git commit -qm x`,
    );
    mkdirSync(join(run.checkout, 'started/inner'), { recursive: true });
    shell(join(run.checkout, 'started'), `${init} && echo 2 > main.js`);
    shell(join(run.checkout, 'started/inner'), `${init} && echo 3 > deep.js`);
    mkdirSync(join(run.checkout, 'empty'));
    shell(join(run.checkout, 'empty'), init);
    const { list, warnings } = await committed(run);
    expect(list()).toEqual([
      '.gitignore',
      'README.md',
      'packages/scaffold/index.js',
      'src/a.txt',
      'started/inner/deep.js',
      'started/main.js',
    ]);
    expect(warnings.map(({ kind, path }) => [kind, path]).sort()).toEqual([
      ['embedded-repository', 'empty'],
      ['embedded-repository', 'packages/scaffold'],
      ['embedded-repository', 'started'],
    ]);
    write(run.checkout, { 'packages/scaffold/more.js': '4\n' });
    expect((await committed(run)).list()).toContain('packages/scaffold/more.js');
  });

  it('a submodule stays where it was, and files hidden in its folder are said', async () => {
    const source = join(folder, 'with-submodule');
    const library = join(folder, 'library');
    makeRepository(library);
    makeRepository(source);
    userGit(source, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    userGit(source, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'other');
    const base = commitAll(source, 'submodules');
    const run = await startRun(folder, source);
    expect(await commitRun(run)).toEqual({ unchanged: true, warnings: [] });
    write(run.checkout, { 'lib/hidden.txt': 'lost?\n', 'normal.txt': 'x\n' });
    shell(
      join(run.checkout, 'other'),
      'git init -q . && git config user.email a@b && git config user.name x && git commit -q --allow-empty -m moved',
    );
    const { warnings, changedFiles } = await committed(run);
    expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ['submodule-change-ignored', 'other'],
      ['submodule-files-ignored', 'lib'],
    ]);
    expect(changedFiles.map(({ path }) => path)).toEqual(['normal.txt']);
    expect(base).toBe(run.baseCommit);
  });
});

const second = () => Math.floor(Date.now() / 1000);

/** Until the clock shows another second, as the fault needs two of them. */
async function nextSecond(): Promise<void> {
  const before = second();
  await expect.poll(second, { interval: 10, timeout: 5_000 }).toBeGreaterThan(before);
}

/** A run whose README.md was checked out and changed to the same size in one second: a busy machine may need several tries. */
async function editedWithinOneSecond(): Promise<TestRun> {
  for (;;) {
    await nextSecond();
    const startedIn = second();
    const run = await startRun(folder, repository);
    write(run.checkout, { 'README.md': 'HELLO\n' });
    if (second() === startedIn) return run;
  }
}

describe('snapshots', () => {
  it('X1: keep tracked and untracked work in the mirror, also after the workspace is gone', async () => {
    const run = await startRun(folder, repository);
    write(run.checkout, {
      'README.md': 'half done\n',
      'deep/untracked.txt': 'precious\n',
      'x.log': 'ignored',
    });
    const hostBefore = fingerprint(run.hostGit);
    const snapshot = await snapshotWorkspace({ ...run, runId: 'run1', name: 'before-kill', date, timeoutMs });
    if (snapshot.unchanged) throw new Error('nothing was kept');
    expect(fingerprint(run.hostGit)).toEqual(hostBefore);
    rmSync(run.workspaceDir, { recursive: true });
    expect(userGit(run.mirrorDir, 'rev-parse', 'refs/runyard/run1/before-kill')).toBe(snapshot.commit);
    userGit(run.mirrorDir, 'fsck', '--connectivity-only', '--no-dangling');
    const target = join(folder, 'salvaged');
    await materialise({ gitDir: run.mirrorDir, commit: snapshot.commit, targetDir: target, timeoutMs });
    expect(readFileSync(join(target, 'deep/untracked.txt'), 'utf8')).toBe('precious\n');
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toBe('half done\n');
    expect(existsSync(join(target, 'x.log'))).toBe(false);
  });

  it('X1: see a change of the same size that was made in the second of the checkout', async () => {
    const run = await editedWithinOneSecond();
    await nextSecond();
    const options = { ...run, runId: 'run3', name: 'parked', date, timeoutMs };
    expect(await snapshotWorkspace(options)).toMatchObject({ unchanged: false });
  });

  it('X1: an unchanged work tree needs none, and a later one of the same name replaces it', async () => {
    const run = await startRun(folder, repository);
    const options = { ...run, runId: 'run2', name: 'attempt-1', date, timeoutMs };
    expect(await snapshotWorkspace(options)).toEqual({ unchanged: true });
    write(run.checkout, { 'a.txt': '1' });
    await snapshotWorkspace(options);
    write(run.checkout, { 'a.txt': '2' });
    await commitRun(run);
    const second = await snapshotWorkspace(options);
    expect(second).toMatchObject({ unchanged: false, ref: 'refs/runyard/run2/attempt-1' });
    expect(userGit(run.mirrorDir, 'cat-file', '-p', 'refs/runyard/run2/attempt-1:a.txt')).toBe('2');
    userGit(run.mirrorDir, 'fsck', '--connectivity-only', '--no-dangling');
  });
});

describe('a commit on its way', () => {
  it('is materialised exactly, with or without a repository', async () => {
    const { hostGit, commit, workspaceDir, checkout } = await finishRun(folder, repository);
    write(checkout, { 'after.txt': 'not part of it' });
    const plain = join(workspaceDir, 'plain');
    await materialise({ gitDir: hostGit, commit, targetDir: plain, timeoutMs });
    expect(readdirSync(plain).sort()).toEqual(['.gitignore', 'README.md', 'new.txt', 'src']);
    const withGit = join(workspaceDir, 'with-git');
    await materialise({ gitDir: hostGit, commit, targetDir: withGit, withRepository: true, timeoutMs });
    expect(userGit(withGit, 'status', '--porcelain')).toBe('');
    expect(userGit(withGit, 'rev-parse', 'HEAD')).toBe(commit);
    const again = materialise({ gitDir: hostGit, commit, targetDir: plain, timeoutMs });
    await expect(again).rejects.toMatchObject({ code: 'git.bad-state' });
  });

  it('travels as a bundle; a damaged or unfitting one is refused', async () => {
    const { bundle, commit, mirrorDir, hostGit, baseCommit, workspaceDir } = await finishRun(
      folder,
      repository,
    );
    await importBundle({ gitDir: mirrorDir, file: bundle, commit, timeoutMs });
    expect(userGit(mirrorDir, 'cat-file', '-t', commit)).toBe('commit');
    const bytes = readFileSync(bundle);
    const damaged = join(workspaceDir, 'damaged.bundle');
    const broken = Buffer.from(bytes);
    broken.writeUInt32BE(0xdeadbeef, bytes.length - 60);
    writeFileSync(damaged, broken);
    const other = join(folder, `other-${commit.slice(0, 7)}`);
    makeRepository(other, { 'unrelated.txt': 'x\n' });
    const stranger = await startRun(folder, other);
    await expect(
      importBundle({ gitDir: stranger.mirrorDir, file: bundle, commit, timeoutMs }),
    ).rejects.toMatchObject({ code: 'git.corrupt' });
    const fresh = await startRun(join(folder, 'fresh'), repository);
    await expect(
      importBundle({ gitDir: fresh.mirrorDir, file: damaged, commit, timeoutMs }),
    ).rejects.toMatchObject({ code: 'git.corrupt' });
    await expect(
      createBundle({ gitDir: hostGit, base: baseCommit, commit: baseCommit, file: damaged, timeoutMs }),
    ).rejects.toMatchObject({ code: 'git.bad-state' });
  });

  it('a huge diff is cut at a line, and its list of files is complete', async () => {
    const big = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
    const { hostGit, baseCommit, commit } = await finishRun(folder, repository, {
      'big.txt': big,
      'small.txt': 's\n',
    });
    const diff = await diffOf({ gitDir: hostGit, base: baseCommit, commit, maxBytes: 5000, timeoutMs });
    expect(diff.isTruncated).toBe(true);
    expect(diff.text.length).toBeLessThanOrEqual(5000);
    expect(diff.text.endsWith('\n')).toBe(true);
    expect(diff.files.map(({ path, added }) => [path, added])).toEqual([
      ['big.txt', 20_000],
      ['small.txt', 1],
    ]);
    expect(diff.added).toBe(20_001);
  });
});
