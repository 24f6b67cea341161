import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalExecutor } from '../../src/adapters/executor/local/local-executor.ts';
import { snapshotLeftWork } from '../../src/app/snapshot-left-work.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { readSystemEvents } from '../../src/events/read-system-events.ts';
import { systemPath } from '../../src/process/find-executable.ts';
import { isAlive, type ProcessIdentity, processIdentity } from '../../src/process/process-identity.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { listResources, recordResource } from '../../src/store/resources.ts';
import { processGraceMs, retryDelayMs } from '../../src/supervisor/reap/decide-reaping.ts';
import type { ReaperOptions } from '../../src/supervisor/reap/options.ts';
import { createReaper } from '../../src/supervisor/reap/reaper.ts';
import { createWorkSaver } from '../../src/supervisor/work-saver.ts';
import { makeRepository, startRun, write } from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const root = makeFolder();
const strays: ProcessIdentity[] = [];
let database: TestDatabase;
let folder: string;
let tests = 0;

beforeAll(async () => {
  database = await startTestDatabase();
});
beforeEach(() => {
  tests += 1;
  folder = path.join(root, String(tests));
  mkdirSync(path.join(folder, 'workspaces'), { recursive: true });
  mkdirSync(path.join(folder, 'tmp'));
});
afterAll(async () => {
  for (const stray of strays) if (isAlive(stray)) process.kill(stray.pid, 'SIGKILL');
  await database.close();
  removeFolder(root);
});

const never = new AbortController().signal;
const inTime = { timeout: 20_000 };

function reaperWith(changes: Partial<ReaperOptions> = {}) {
  const { queue, store } = database;
  const workspacesDir = path.join(folder, 'workspaces');
  const onError = (error: unknown) => expect.fail(String(error));
  const { isThere, endStray } = createLocalExecutor({ argv: ['true'], env: {}, warm: 0 });
  return createReaper({
    db: store.db,
    nodeId: `node-${tests}`,
    executor: { isThere, endStray },
    saver: createWorkSaver({ queue, workspacesDir, snapshot: snapshotLeftWork, onError }),
    workspacesDir,
    temporaryDir: path.join(folder, 'tmp'),
    active: () => [],
    now: () => new Date(),
    monotonicMs: () => performance.now(),
    onTold: () => undefined,
    ...changes,
  });
}

const workspace = (name: string) => path.join(folder, 'workspaces', name);
const counts = (kind: string, removed: number, failed = 0) => ({
  kind,
  found: removed + failed,
  removed,
  failed,
});

async function acceptedRun() {
  const { run } = await acceptRun(database.queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  return run;
}

/** A program that started a child of its own session, printed both pids and goes on. */
async function startTree(
  env: Record<string, string> = {},
): Promise<{ pid: number; members: ProcessIdentity[] }> {
  const script =
    "const c = require('child_process').spawn('sleep', ['600'], { detached: true }); console.log(c.pid); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ['-e', script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const members = [child.pid ?? 0, Number(line)].map(processIdentity).filter((one) => one !== null);
  strays.push(...members);
  return { pid: child.pid ?? 0, members };
}

describe('the reaper', () => {
  it('G2, X10: finds nothing and tells nothing where all is in order', async () => {
    await claimAll(database.queue, { nodeId: `node-${tests}` });
    const run = await acceptedRun();
    const [claim] = await claimAll(database.queue, { nodeId: `node-${tests}`, workspaceOf: workspace });
    expect(claim?.run.id).toBe(run.id);
    mkdirSync(workspace(run.id));
    const report = await reaperWith().pass(never);
    expect(report).toEqual({ counts: [], left: 0, failures: [] });
    expect(existsSync(workspace(run.id))).toBe(true);
    expect(await readSystemEvents(database.store.db, { limit: 10, subject: `node-${tests}` })).toEqual([]);
  });

  it('G2, X1: saves the work of a stray workspace, then removes it, and its entry', async () => {
    const { db } = database.store;
    const run = await acceptedRun();
    const repository = path.join(folder, 'project');
    makeRepository(repository, { 'a.txt': 'a\n' });
    const started = await startRun(folder, repository);
    write(started.checkout, { 'a.txt': 'changed\n' });
    renameSync(started.workspaceDir, workspace(run.id));
    mkdirSync(`${workspace('of-nobody')}/x`, { recursive: true });
    const entry = { key: `workspace:${run.id}`, kind: 'workspace', handle: workspace(run.id) };
    await recordResource(db, { ...entry, runId: run.id, nodeId: `node-${tests}` });

    const { counts: found } = await reaperWith().pass(never);

    expect(found).toEqual([counts('workspace', 2)]);
    expect(readdirSync(workspace('.'))).toEqual([]);
    expect(await listResources(db, { runId: run.id })).toEqual([]);
    const events = await readEvents(db, run.id, { after: 0, limit: 100 });
    expect(events.map(({ type }) => type)).toContain('snapshot.saved');
    const told = await readSystemEvents(db, { limit: 1, subject: `node:node-${tests}` });
    expect(told).toMatchObject([{ type: 'orphans.found', data: { counts: found, left: 0, failures: [] } }]);
  });

  it('X1: sets a workspace aside whose work cannot be saved, once', async () => {
    const run = await acceptedRun();
    mkdirSync(workspace(run.id));
    const reaper = reaperWith({ saver: { save: async () => false } });
    await reaper.pass(never);
    expect(readdirSync(workspace('.'))).toEqual([`${run.id}.unsaved-0`]);
    expect((await reaper.pass(never)).counts).toEqual([]);
  });

  it('G2: leaves the workspace of a run that was claimed here while its work was saved', async () => {
    const run = await acceptedRun();
    mkdirSync(workspace(run.id));
    const save = async () => (await claimAll(database.queue, { nodeId: `node-${tests}` })).length > 0;
    const report = await reaperWith({ saver: { save } }).pass(never);
    expect(report.counts).toEqual([]);
    expect(readdirSync(workspace('.'))).toEqual([run.id]);
  });

  it('G2: a removal that hangs ends at its limit, is told, and tried again later', async () => {
    mkdirSync(workspace('stuck'));
    let now = new Date();
    const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)', '--'] as const;
    const hanging = reaperWith({ now: () => now, removal: { limitMs: 300, command } });
    const first = await hanging.pass(never);
    expect(first.counts).toEqual([counts('workspace', 0, 1)]);
    expect(first.failures[0]?.why).toMatch(/limit of 0\.\d s/);
    const [left] = readdirSync(workspace('.'));
    expect(left).toMatch(/^stuck\.\w+\.removing$/);
    expect((await hanging.pass(never)).failures).toHaveLength(1);
    expect((await hanging.pass(never)).counts).toEqual([]);
    now = new Date(now.getTime() + retryDelayMs(1));
    expect((await hanging.pass(never)).failures).toHaveLength(1);
    const { data } = (await readSystemEvents(database.store.db, { limit: 1 }))[0] ?? {};
    expect(data).toMatchObject({ message: expect.stringContaining('tried again later') });
    expect((await reaperWith().pass(never)).counts).toEqual([counts('workspace', 1)]);
  });

  it('X10, G2: ends the tree of a worker that nobody watches, and forgets workers that are gone', async () => {
    const { db } = database.store;
    const run = await acceptedRun();
    const { members } = await startTree();
    const [main] = members;
    const entry = (key: string, handle: string) =>
      recordResource(db, { key, runId: run.id, kind: 'worker', handle, nodeId: `node-${tests}` });
    await entry(`worker:${run.id}:1`, `pid:${main?.pid}:${main?.startTime}`);
    await entry(`worker:${run.id}:2`, `pid:${main?.pid}:1`);
    const { counts: found } = await reaperWith().pass(never);
    expect(found).toEqual([counts('worker', 1), counts('ledger-entry', 1)]);
    expect(members.filter(isAlive)).toEqual([]);
    expect(await listResources(db, { runId: run.id })).toEqual([]);
  });

  it('X10, G2: ends processes of this node whose starter is gone, and no others', async () => {
    const starter = await startTree();
    const mark = (identity: ProcessIdentity | null | undefined, node = `node-${tests}`) => ({
      RUNYARD_PROCESS: `${identity?.pid}.${identity?.startTime}.${node}.x`,
    });
    const [dead] = starter.members;
    const orphan = await startTree(mark(dead));
    const owned = await startTree(mark(processIdentity(process.pid)));
    const foreign = await startTree({ RUNYARD_PROCESS: 'of somebody else' });
    const ofAnotherNode = await startTree(mark(dead, 'another-node'));
    let now = new Date();
    const reaper = reaperWith({ now: () => now });
    for (const { pid } of starter.members) process.kill(pid, 'SIGKILL');
    await expect.poll(() => starter.members.filter(isAlive), inTime).toEqual([]);

    expect((await reaper.pass(never)).counts).toEqual([]);
    now = new Date(now.getTime() + processGraceMs);
    const { counts: found } = await reaper.pass(never);

    expect(found).toEqual([counts('process', 2)]);
    expect(orphan.members.filter(isAlive)).toEqual([]);
    expect([...owned.members, ...foreign.members, ...ofAnotherNode.members].every(isAlive)).toBe(true);
  });

  it('X10: a worker says whose it is before the ledger can', async () => {
    const executor = createLocalExecutor({
      argv: ['sleep', '600'],
      env: { PATH: systemPath },
      warm: 0,
      nodeId: 'node-x',
    });
    const worker = executor.start({ controlUrl: '', token: '', prompts: {}, assignment: null });
    const [, pid, startTime = ''] = worker.handle.split(':');
    strays.push({ pid: Number(pid), startTime });
    expect(executor.isThere(worker.handle)).toBe(true);
    const own = processIdentity(process.pid);
    await expect
      .poll(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), inTime)
      .toContain(`RUNYARD_PROCESS=${own?.pid}.${own?.startTime}.node-x.`);
    await executor.close();
    expect(executor.isThere(worker.handle)).toBe(false);
  });

  it('X10: removes temporary folders whose maker is gone', async () => {
    const { pid, startTime } = processIdentity(process.pid) ?? { pid: 0, startTime: '0' };
    const space = readlinkSync('/proc/self/ns/pid');
    const name = (start: string) => `runyard-git-${/\d+/.exec(space)?.[0]}-${pid}-${start}-abcdef`;
    for (const start of [startTime, '1']) {
      mkdirSync(path.join(folder, 'tmp', name(start)));
      writeFileSync(path.join(folder, 'tmp', name(start), 'file'), '');
    }
    expect((await reaperWith().pass(never)).counts).toEqual([counts('temporary-folder', 1)]);
    expect(readdirSync(path.join(folder, 'tmp'))).toEqual([name(startTime)]);
  });
});
