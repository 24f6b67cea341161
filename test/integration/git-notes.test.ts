import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addNoteLocal, addNoteRemote } from '../../src/git/add-note.ts';
import { notesRef, readNote } from '../../src/git/notes.ts';
import { date, failureOf, fingerprint, makeRepository, timeoutMs, userGit } from '../fixtures/git-helpers.ts';
import { type GitServer, startGitServer } from '../fixtures/git-http-server.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
const served = join(folder, 'served');
let server: GitServer;

beforeAll(async () => {
  mkdirSync(served);
  server = await startGitServer(served);
});

afterAll(async () => {
  await server.close();
  removeFolder(folder);
});

let repositories = 0;

function newRepository() {
  repositories += 1;
  const path = join(folder, `project-${repositories}`);
  const commit = makeRepository(path);
  const add = (line: string, more = {}) =>
    addNoteLocal({
      sourceGitDir: join(path, '.git'),
      commit,
      baseCommit: commit,
      line,
      date,
      timeoutMs,
      ...more,
    });
  return { path, commit, add };
}

const noteOf = (path: string, commit: string) => userGit(path, 'notes', `--ref=${notesRef}`, 'show', commit);
const lines = (text: string) => text.split('\n').filter(Boolean);

/** What a note may add: objects, the ref, its log. */
const isAllowed = (path: string) =>
  ['.git/objects', '.git/refs/notes', '.git/logs/refs/notes'].includes(path);

describe('a note in a local source', () => {
  it('X2: is there for git notes, once however often it is asked for, and nothing else changes', async () => {
    const { path, commit, add } = newRepository();
    const before = fingerprint(path, isAllowed);
    expect(await add('{"a":1}')).toBe(true);
    expect(await add('{"a":1}')).toBe(false);
    expect(noteOf(path, commit)).toBe('{"a":1}');
    expect(fingerprint(path, isAllowed)).toEqual(before);
    userGit(path, 'fsck', '--strict');
    const read = await readNote(commit, { gitDir: join(path, '.git'), foreign: true, timeoutMs });
    expect(read).toBe('{"a":1}\n');
    const none = await readNote('HEAD~0', { gitDir: join(newRepository().path, '.git'), timeoutMs });
    expect(none).toBe(null);
  });

  it("X2: many writers at once all keep their lines, and so does the user's own note", async () => {
    const { path, commit, add } = newRepository();
    userGit(path, 'notes', `--ref=${notesRef}`, 'add', '-m', "the user's own words", commit);
    const wanted = Array.from({ length: 8 }, (_, index) => `{"writer":${index}}`);
    await Promise.all(wanted.map((line) => add(line)));
    expect(lines(noteOf(path, commit)).sort()).toEqual([...wanted, "the user's own words"].sort());
  });

  it('X2, G3: a writer that comes between is merged, and nothing the source configures is run', async () => {
    const { path, commit, add } = newRepository();
    const canary = join(folder, 'notes-canary');
    for (const hook of ['reference-transaction', 'post-commit', 'pre-commit', 'commit-msg']) {
      writeFileSync(join(path, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${canary}\n`);
      chmodSync(join(path, '.git', 'hooks', hook), 0o755);
    }
    userGit(path, 'config', 'core.editor', `touch ${canary};`);
    let between = 0;
    const confirm = async () => {
      between += 1;
      if (between === 1)
        userGit(
          path,
          '-c',
          'core.hooksPath=/dev/null',
          'notes',
          `--ref=${notesRef}`,
          'add',
          '-m',
          'faster',
          commit,
        );
    };
    expect(await add('{"a":1}', { confirm })).toBe(true);
    expect(lines(noteOf(path, commit))).toEqual(['faster', '{"a":1}']);
    expect(existsSync(canary)).toBe(false);
  });

  it('X3: whoever lost the right to write leaves the ref alone', async () => {
    const { path, add } = newRepository();
    const refused = new Error('not the owner any more');
    await expect(add('{"a":1}', { confirm: () => Promise.reject(refused) })).rejects.toBe(refused);
    expect(userGit(path, 'for-each-ref', notesRef)).toBe('');
  });

  it('notes that are no notes are an error, and stay', async () => {
    const { path, commit, add } = newRepository();
    const blob = userGit(path, 'hash-object', '-w', 'README.md');
    userGit(path, 'update-ref', notesRef, blob);
    expect((await failureOf(add('{"a":1}'))).code).toMatch(/^git\./);
    expect(userGit(path, 'rev-parse', notesRef)).toBe(blob);
    expect(commit).toHaveLength(40);
  });
});

describe('a note at a remote', () => {
  const userEnvironment = { HOME: join(folder, 'home'), PATH: process.env['PATH'] };

  function newRemote() {
    const { path, commit } = newRepository();
    const bare = join(served, `remote-${repositories}.git`);
    const mirrorDir = join(folder, `mirror-${repositories}.git`);
    userGit(folder, 'clone', '--quiet', '--bare', path, bare);
    userGit(bare, 'config', 'http.receivepack', 'true');
    userGit(folder, 'clone', '--quiet', '--bare', path, mirrorDir);
    const url = `${server.url}/remote-${repositories}.git`;
    const add = (line: string) =>
      addNoteRemote({ url, mirrorDir, userEnvironment, commit, baseCommit: commit, line, date, timeoutMs });
    return { bare, commit, add };
  }

  it('X2: is pushed, merged with what is there, and once', async () => {
    const { bare, commit, add } = newRemote();
    expect(await add('{"a":1}')).toBe(true);
    userGit(bare, 'notes', `--ref=${notesRef}`, 'append', '-m', 'of another', commit);
    expect(await add('{"b":2}')).toBe(true);
    expect(await add('{"a":1}')).toBe(false);
    expect(lines(noteOf(bare, commit))).toEqual(['{"a":1}', 'of another', '{"b":2}']);
  });

  it('X2: runs of one node at one remote, with one mirror, all keep their lines', async () => {
    const { bare, commit, add } = newRemote();
    const wanted = Array.from({ length: 8 }, (_, index) => `{"writer":${index}}`);
    await Promise.all(wanted.map((line) => add(line)));
    expect(lines(noteOf(bare, commit)).sort()).toEqual(wanted);
  });

  it('X2: a push whose answer was lost is a note, and one that is refused is an error', async () => {
    const { bare, commit, add } = newRemote();
    server.answerPushes = 'lost';
    await add('{"a":1}').finally(() => {
      server.answerPushes = 'normally';
    });
    expect(lines(noteOf(bare, commit))).toEqual(['{"a":1}']);
    server.answerPushes = 'denied';
    const failure = await failureOf(add('{"b":2}')).finally(() => {
      server.answerPushes = 'normally';
    });
    expect(failure.code).toMatch(/^git\./);
    expect(lines(noteOf(bare, commit))).toEqual(['{"a":1}']);
  });
});
