import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runyardError } from '../../src/domain/errors/runyard-error.ts';
import { ensureMirror } from '../../src/git/ensure-mirror.ts';
import { withFolderLock } from '../../src/git/folder-lock.ts';
import { retryWhileLocked } from '../../src/git/own-lock.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';
import { processIdentity } from '../../src/process/process-identity.ts';
import { commitRun, makeRepository, startRun, timeoutMs, write } from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const repository = join(folder, 'project');
makeRepository(repository);

function age(path: string, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
}

describe("git's own locks in our repositories", () => {
  it('G3: a lock left by a process that died is removed, and the command done', async () => {
    const run = await startRun(folder, repository);
    write(run.checkout, { 'a.txt': 'a' });
    const lock = join(run.hostGit, 'index.lock');
    writeFileSync(lock, '');
    age(lock, 60);
    expect((await commitRun(run)).unchanged).toBe(false);
    expect(readdirSync(run.hostGit).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('G3: a lock that is old but open somewhere is live, and is respected', async () => {
    const lock = join(folder, 'live.lock');
    const holder = openSync(lock, 'w');
    age(lock, 3600);
    const attempt = () => Promise.reject(runyardError('git.locked', { path: lock, detail: '' }));
    const patience = { staleAfterMs: 10, waitMs: 300 };
    await expect(retryWhileLocked(folder, attempt, patience)).rejects.toMatchObject({ code: 'git.locked' });
    expect(existsSync(lock)).toBe(true);
    closeSync(holder);
    await expect(retryWhileLocked(folder, attempt, patience)).rejects.toMatchObject({ code: 'git.locked' });
    expect(existsSync(lock)).toBe(false);
  });

  it('a young lock is waited for until it is gone', async () => {
    const lock = join(folder, 'young.lock');
    writeFileSync(lock, '');
    let attempts = 0;
    const attempt = () => {
      attempts += 1;
      return attempts < 3
        ? Promise.reject(runyardError('git.locked', { path: lock, detail: '' }))
        : Promise.resolve('done');
    };
    expect(await retryWhileLocked(folder, attempt, { staleAfterMs: 60_000, waitMs: 10_000 })).toBe('done');
    expect(existsSync(lock)).toBe(true);
  });

  it('a lock outside our repository is nobody of ours to remove', async () => {
    const attempt = () => Promise.reject(runyardError('git.locked', { path: '/etc/hostname', detail: '' }));
    const patience = { staleAfterMs: 0, waitMs: 300 };
    await expect(retryWhileLocked(folder, attempt, patience)).rejects.toMatchObject({ code: 'git.locked' });
    expect(existsSync('/etc/hostname')).toBe(true);
  });
});

describe('the lock of a mirror', () => {
  it('lets one in at a time', async () => {
    const lock = join(folder, 'one.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withFolderLock(lock, timeoutMs, work)));
    expect(most).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it('of a holder that died is taken over; of a live one it is waited for, with a limit', async () => {
    const lock = join(folder, 'held.lock');
    const holder = spawn('sleep', ['60']);
    await once(holder, 'spawn');
    const identity = processIdentity(holder.pid ?? 0);
    writeFileSync(lock, `${identity?.pid} ${identity?.startTime}`);
    const wait = withFolderLock(lock, 200, () => Promise.resolve('taken'));
    await expect(wait).rejects.toMatchObject({ code: 'git.locked', kind: 'retryable' });
    expect(existsSync(lock)).toBe(true);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await withFolderLock(lock, timeoutMs, () => Promise.resolve('taken'))).toBe('taken');
  });

  it('many runs that start at once on a new source fetch it once, and all get it', async () => {
    const source = await resolveSource({ repository, base: null, timeoutMs });
    const mirrorsDir = join(folder, 'crowded');
    const mirrors = await Promise.all(
      Array.from({ length: 10 }, () => ensureMirror({ mirrorsDir, source, timeoutMs })),
    );
    expect(new Set(mirrors.map(({ mirrorDir }) => mirrorDir)).size).toBe(1);
    expect(readdirSync(mirrorsDir)).toHaveLength(1);
  });
});
