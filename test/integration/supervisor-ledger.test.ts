import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLocalExecutor } from '../../src/adapters/executor/local/local-executor.ts';
import { processIdentity } from '../../src/process/process-identity.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { listResources, recordResource } from '../../src/store/resources.ts';
import type { SupervisorOptions } from '../../src/supervisor/options.ts';
import { recoverAfterRestart } from '../../src/supervisor/recover-after-restart.ts';
import { startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => database.close());

describe('a node that starts again', () => {
  it('X10, G2: forgets the workspaces it has removed, and leaves those of other nodes alone', async () => {
    const { queue, store, dataDir } = database;
    const workspacesDir = path.join(dataDir, 'workspaces');
    const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    const entry = (name: string, nodeId: string) => ({
      key: `workspace:${name}`,
      runId: run.id,
      kind: 'workspace',
      handle: path.join(workspacesDir, name),
      nodeId,
    });
    await mkdir(path.join(workspacesDir, 'left'), { recursive: true });
    for (const resource of [entry('gone', 'here'), entry('left', 'here'), entry('elsewhere', 'there')])
      await recordResource(store.db, resource);

    const options = {
      queue,
      workspacesDir,
      nodeId: 'here',
      onError: (error: unknown) => expect.fail(String(error)),
    };
    await recoverAfterRestart(options as unknown as SupervisorOptions);

    expect(existsSync(path.join(workspacesDir, 'left'))).toBe(false);
    expect((await listResources(store.db)).map(({ key }) => key)).toEqual(['workspace:elsewhere']);
  });

  it('X10, G2: removes the temporary folder of a worker that was still alive', async () => {
    const { queue, store, dataDir } = database;
    const temporary = path.join(dataDir, 'temporary');
    vi.stubEnv('TMPDIR', temporary);
    const { run } = await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' });
    const child = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    const ended = once(child, 'exit');
    const { pid, startTime } = processIdentity(child.pid ?? 0) ?? {};
    const space = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    await mkdir(path.join(temporary, `runyard-git-${space}-${pid}-${startTime}-abcdef`), { recursive: true });
    const worker = { key: `worker:${run.id}:1`, runId: run.id, kind: 'worker', nodeId: 'again' };
    await recordResource(store.db, { ...worker, handle: `pid:${pid}:${startTime}` });

    const options = {
      queue,
      executor: createLocalExecutor({ argv: ['true'], env: {}, warm: 0 }),
      saver: { save: async () => true },
      workspacesDir: path.join(dataDir, 'none'),
      nodeId: 'again',
    };
    await recoverAfterRestart(options as unknown as SupervisorOptions);

    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
