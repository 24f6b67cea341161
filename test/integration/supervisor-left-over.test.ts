import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StartedWorker, WorkerExecutor, WorkerExit } from '../../src/adapters/executor/types.ts';
import { snapshotLeftWork } from '../../src/app/snapshot-left-work.ts';
import { readEvents } from '../../src/events/read-events.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { findRun } from '../../src/store/runs.ts';
import type { SupervisorOptions } from '../../src/supervisor/options.ts';
import { recoverAfterRestart } from '../../src/supervisor/recover-after-restart.ts';
import { superviseRun } from '../../src/supervisor/supervise-run.ts';
import { createWorkSaver, type WorkSaver } from '../../src/supervisor/work-saver.ts';
import { makeRepository, startRun, userGit, write } from '../fixtures/git-helpers.ts';
import { makeFolder, removeFolder } from '../fixtures/process-helpers.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

const folder = makeFolder();
let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(async () => {
  await database.close();
  removeFolder(folder);
});

it('X1: a workspace whose worker was never written down is kept before it is removed, and nothing else stops the start', async () => {
  const { queue, store } = database;
  const repository = path.join(folder, 'project');
  makeRepository(repository, { 'a.txt': 'a\n' });
  const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const started = await startRun(folder, repository);
  write(started.checkout, { 'a.txt': 'changed\n', 'new.txt': 'new\n' });
  const workspacesDir = path.join(folder, 'workspaces');
  mkdirSync(path.join(workspacesDir, 'of-nobody'), { recursive: true });
  renameSync(started.workspaceDir, path.join(workspacesDir, run.id));
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const saver = createWorkSaver({ queue, workspacesDir, snapshot: snapshotLeftWork, onError });
  const options: Partial<SupervisorOptions> = { queue, saver, workspacesDir, nodeId: 'node-1', onError };
  await recoverAfterRestart(options as SupervisorOptions);

  const events = await readEvents(store.db, run.id, { after: 0, limit: 100 });
  const saved = events.flatMap((event) => (event.type === 'snapshot.saved' ? [event.data] : []));
  expect(saved).toMatchObject([{ ref: `refs/runyard/${run.id}/left-over-0`, reason: 'left-over' }]);
  expect(userGit(started.mirrorDir, 'show', `${saved[0]?.commit}:new.txt`)).toBe('new');
  expect(existsSync(path.join(workspacesDir, run.id))).toBe(false);
  expect(existsSync(path.join(workspacesDir, 'of-nobody'))).toBe(false);
  expect(errors).toEqual([]);
});

it('X1: a workspace whose work cannot be saved is set aside, and stays there', async () => {
  const { queue } = database;
  const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const workspacesDir = path.join(folder, 'unsaved');
  mkdirSync(path.join(workspacesDir, run.id, 'host.git'), { recursive: true });
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const snapshot = () => Promise.reject(new Error('no space left'));
  const saver = createWorkSaver({ queue, workspacesDir, snapshot, onError });
  const options: Partial<SupervisorOptions> = { queue, saver, workspacesDir, nodeId: 'node-1', onError };
  for (let start = 1; start <= 2; start += 1) {
    await recoverAfterRestart(options as SupervisorOptions);
    expect(existsSync(path.join(workspacesDir, `${run.id}.unsaved-0`, 'host.git'))).toBe(true);
  }
  expect(errors).toHaveLength(1);
});

it('X1: a workspace whose checkout the agent removed has nothing to keep, and goes', async () => {
  const { queue } = database;
  const repository = path.join(folder, 'removed');
  makeRepository(repository, { 'a.txt': 'a\n' });
  const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const started = await startRun(path.join(folder, 'removed-run'), repository);
  const workspacesDir = path.join(folder, 'removed-workspaces');
  mkdirSync(workspacesDir, { recursive: true });
  renameSync(started.workspaceDir, path.join(workspacesDir, run.id));
  rmSync(path.join(workspacesDir, run.id, 'checkout'), { recursive: true });
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const saver = createWorkSaver({ queue, workspacesDir, snapshot: snapshotLeftWork, onError });
  const options: Partial<SupervisorOptions> = { queue, saver, workspacesDir, nodeId: 'node-1', onError };
  await recoverAfterRestart(options as SupervisorOptions);
  expect(errors).toEqual([]);
  expect(readdirSync(workspacesDir)).toEqual([]);
});

it('X1: the work of a worker that died is looked at once, however soon its node learns that the run is given back', async () => {
  const { queue, store } = database;
  await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
  const [claim] = await claimAll(queue);
  if (!claim) throw new Error('nothing was claimed');
  const workspacesDir = path.join(folder, 'looked-at');
  mkdirSync(path.join(workspacesDir, claim.run.id), { recursive: true });
  const died = Promise.withResolvers<WorkerExit>();
  const worker: StartedWorker = {
    handle: 'pid:1:1',
    exited: died.promise,
    terminate: () => undefined,
    kill: () => undefined,
  };
  const looks: string[] = [];
  const saver: WorkSaver = {
    async save(_run, reason) {
      looks.push(reason);
      return existsSync(path.join(workspacesDir, claim.run.id));
    },
  };
  const executor = { start: () => worker } as unknown as WorkerExecutor;
  const options = { queue, executor, workspacesDir, saver, nodeId: 'node-1', issueWorkerToken: () => '' };
  const supervised = superviseRun(options as unknown as SupervisorOptions, claim, null);
  died.resolve({ exitCode: null, signal: 'SIGKILL', stderr: '' });
  await died.promise;
  // The node hears of the release while it still clears away.
  await supervised.notice({ ...claim.run, state: 'starting', epoch: claim.epoch });
  await supervised.finished;
  expect(looks).toEqual(['worker-lost']);
  expect(readdirSync(workspacesDir)).toEqual([]);
  expect((await findRun(store.db, claim.run.id)).state).toBe('starting');
});
