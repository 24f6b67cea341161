import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotLeftWork } from '../../src/app/snapshot-left-work.ts';
import { ensureMirror } from '../../src/git/ensure-mirror.ts';
import { detectOverlay, ownMountsArgv } from '../../src/git/overlay/detect-overlay.ts';
import { pruneLayers } from '../../src/git/overlay/prune-layers.ts';
import { resolveSource } from '../../src/git/resolve-source.ts';
import { findExecutable } from '../../src/process/find-executable.ts';
import { removeWorkspace } from '../../src/supervisor/remove-workspace.ts';
import { commitAll, makeRepository, shell, timeoutMs, userGit, write } from '../fixtures/git-helpers.ts';

const program = fileURLToPath(new URL('../fixtures/programs/lay-workspace.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'overlay-'));
const found = await detectOverlay({ wanted: 'auto', dataDir: folder });
const source = join(folder, 'source');
const workspaces = join(folder, 'data/workspaces');
const layers = { folder: join(folder, 'data/layers/checkouts'), workspaces, fewestFiles: 0 };
let mirror: { mirrorDir: string; baseCommit: string };
let runs = 0;

interface Answer {
  readonly strategy: string;
  readonly why: string;
  readonly said: string;
  readonly commit: string;
  readonly verified: string;
}

beforeAll(async () => {
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`many/f${i}.txt`, `line ${i}\n`]));
  makeRepository(source, { 'a.txt': 'a\n', 'b/c.txt': 'c\n', 'run.sh': '#!/bin/sh\n', ...many });
  mirror = await mirrorOf();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function mirrorOf() {
  const resolved = await resolveSource({ repository: source, base: null, timeoutMs });
  return ensureMirror({ mirrorsDir: join(folder, 'data/mirrors'), source: resolved, timeoutMs });
}

function requestFor(agent: string, more: object = {}) {
  runs += 1;
  const workspaceDir = join(workspaces, `run-${runs}`);
  mkdirSync(workspaceDir, { recursive: true });
  const verify = join(folder, `verify-${runs}`);
  mkdirSync(verify);
  return { workspaceDir, ...mirror, layers, agent, verify, lookAtVerified: 'true', stay: false, ...more };
}

function start(request: object): ChildProcess {
  const [file, ...args] = [...ownMountsArgv(), process.execPath, program];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin?.end(JSON.stringify(request));
  return child;
}

async function answerOf(child: ChildProcess): Promise<Answer> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Answer;
  throw new Error('the program said nothing');
}

function run(agent: string, more: object = {}): Promise<Answer> {
  return answerOf(start(requestFor(agent, more)));
}

function layerFolder(commit = mirror.baseCommit): string {
  const [repository = ''] = readdirSync(layers.folder);
  return join(layers.folder, repository, commit);
}

/** Content, modes, times and names of everything in a layer. */
function fingerprint(layer: string): string {
  return shell(
    layer,
    'find . -printf "%p %m %s %T@ %y %n\\n" | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum',
  );
}

function hostMounts(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}

const DESTRUCTIVE = `
echo changed > a.txt
rm -r b
chmod 755 many/f1.txt
ln many/f2.txt linked && echo more >> linked
: > many/f3.txt
mv many/f4.txt moved.txt
touch -d 2001-01-01 many/f5.txt
rm -rf many/f6.txt && mkdir many/f6.txt && echo x > many/f6.txt/x
git status --porcelain`;

describe.skipIf(found.strategy !== 'overlay')(
  `a workspace mounted over a prepared checkout (here: ${found.strategy}, ${found.why})`,
  () => {
    it('a run can never write into a shared layer', async () => {
      await run('true');
      const before = fingerprint(join(layerFolder(), 'tree'));
      const { strategy, commit } = await run(DESTRUCTIVE);
      expect(strategy).toBe('overlay');
      expect(commit).not.toBe(mirror.baseCommit);
      expect(fingerprint(join(layerFolder(), 'tree'))).toBe(before);
    });

    it('commits and clean copies are the same as with a checkout', async () => {
      const look = 'git status --porcelain; find . -path ./.git -prune -o -printf "%p %y %l %m\\n" | sort';
      const [overlay, checkout] = [
        await run(DESTRUCTIVE, { lookAtVerified: look }),
        await run(DESTRUCTIVE, { lookAtVerified: look, layers: null }),
      ];
      expect([overlay.strategy, checkout.strategy]).toEqual(['overlay', 'checkout']);
      expect(overlay.said).toBe(checkout.said);
      expect(overlay.commit).toBe(checkout.commit);
      expect(overlay.verified).toBe(checkout.verified);
    });

    it('no mount reaches the host, and two runs at once share a layer', async () => {
      const before = hostMounts();
      const requests = ['one', 'two'].map((word) => requestFor(`echo ${word} > a.txt`, { stay: true }));
      const children = requests.map(start);
      const answers = await Promise.all(children.map(answerOf));
      expect(answers.map(({ strategy }) => strategy)).toEqual(['overlay', 'overlay']);
      expect(hostMounts()).toBe(before);
      const read = (child: ChildProcess, i: number) =>
        readFileSync(`/proc/${child.pid}/root${requests[i]?.workspaceDir}/checkout/a.txt`, 'utf8');
      expect(children.map(read)).toEqual(['one\n', 'two\n']);
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map((child) => once(child, 'exit')));
    });

    it('X1: what a killed worker had not committed is found, and removing the workspace leaves nothing', async () => {
      const request = requestFor('echo half > half.txt; echo more >> a.txt; rm b/c.txt', { stay: true });
      const child = start(request);
      await answerOf(child);
      const { workspaceDir } = request;
      const alive = await snapshotLeftWork({ workspaceDir, runId: 'r', name: 'before-kill' });
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(readdirSync(join(workspaceDir, 'checkout'))).toEqual([]);
      const dead = await snapshotLeftWork({ workspaceDir, runId: 'r', name: 'lost' });
      expect(dead?.tree).toBe(alive?.tree);
      const changed = userGit(
        mirror.mirrorDir,
        'diff',
        '--name-status',
        mirror.baseCommit,
        dead?.commit ?? '',
      );
      expect(changed.split('\n')).toEqual(['M\ta.txt', 'D\tb/c.txt', 'A\thalf.txt']);
      await removeWorkspace(workspaceDir);
      expect(existsSync(workspaceDir)).toBe(false);
    });

    it.skipIf(!findExecutable('strace'))(
      'the first git status reads no file (looked at with strace)',
      async () => {
        await run('true');
        // Files written in the same second as the index are always read; a second later none is left.
        const status = 'strace -f -e trace=openat git status --porcelain 2>&1 | grep -c many/f || true';
        const { said } = await run(`sleep 1.1; touch .git/index; ${status}; touch many/f1.txt; ${status}`);
        expect(said.split('\n')).toEqual(['0', '1']);
      },
    );

    it('a later commit is laid over the layer of an earlier one, unless attributes changed', async () => {
      write(source, { 'new.txt': 'new\n' });
      commitAll(source, 'second');
      mirror = await mirrorOf();
      const near = await run('git status --porcelain; cat new.txt');
      expect([near.strategy, near.said]).toEqual(['overlay', 'new']);
      expect(existsSync(layerFolder())).toBe(false);
      write(source, { '.gitattributes': '*.txt text eol=crlf\n' });
      commitAll(source, 'third');
      mirror = await mirrorOf();
      const own = await run('head -c 3 a.txt | od -An -c');
      expect(own.said).toContain('\\r');
      expect(existsSync(layerFolder())).toBe(true);
    });

    it('a layer whose making was interrupted, or that an earlier boot made, is made again', async () => {
      await run('true');
      const layer = layerFolder();
      renameSync(layer, `${layer}.draft`);
      writeFileSync(join(`${layer}.draft`, 'tree/a.txt'), 'half written');
      expect((await run('cat b/c.txt a.txt')).said).toMatch(/^c\r?\na/);
      expect(existsSync(`${layer}.draft`)).toBe(false);
      writeFileSync(join(layer, 'boot'), 'another');
      writeFileSync(join(layer, 'tree/a.txt'), '');
      expect((await run('cat a.txt')).said).toMatch(/^a/);
    });

    it('layers nobody uses go when another is made, never one that a workspace names', async () => {
      const request = requestFor('true', { stay: true });
      const child = start(request);
      await answerOf(child);
      const repository = join(layerFolder(), '..');
      const [mounted, unused] = [mirror.baseCommit, '1'.repeat(40)];
      const old = ['1', '2', '3', '4'].map((digit) => digit.repeat(40));
      for (const name of old) mkdirSync(join(repository, name));
      const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
      for (const name of old) utimesSync(join(repository, name), hoursAgo(2), hoursAgo(2));
      for (const name of [mounted, unused]) utimesSync(join(repository, name), hoursAgo(5), hoursAgo(5));
      const unreadable = join(workspaces, 'other', 'layers/checkout/mount.json');
      mkdirSync(join(unreadable, '..'), { recursive: true });
      writeFileSync(unreadable, '{"lower":');
      expect(() => pruneLayers({ repository, workspaces, now: new Date() })).toThrow(SyntaxError);
      expect(existsSync(join(repository, unused)), 'nothing goes when a record cannot be read').toBe(true);
      rmSync(join(workspaces, 'other'), { recursive: true });
      pruneLayers({ repository, workspaces, now: new Date() });
      expect(existsSync(join(repository, mounted))).toBe(true);
      expect(existsSync(join(repository, unused))).toBe(false);
      child.kill('SIGKILL');
      await once(child, 'exit');
      for (const name of old) rmSync(join(repository, name), { recursive: true, force: true });
    });

    it('few files are checked out', async () => {
      const small = await run('true', { layers: { ...layers, fewestFiles: 1_000_000 } });
      const fresh = { folder: join(folder, 'data/layers/fresh'), workspaces, fewestFiles: 1_000_000 };
      expect(small.strategy).toBe('overlay');
      expect((await run('true', { layers: fresh })).strategy).toBe('checkout');
    });
  },
);

describe('a host that cannot mount', () => {
  it('says why it checks out', async () => {
    expect(await detectOverlay({ wanted: 'checkout', dataDir: folder })).toMatchObject({
      strategy: 'checkout',
    });
    const odd = await detectOverlay({ wanted: 'overlay', dataDir: join(folder, 'a,b') });
    expect(odd.strategy).toBe('checkout');
    expect(odd.why).not.toBe('');
  });
});
