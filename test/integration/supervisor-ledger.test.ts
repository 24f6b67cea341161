import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { listResources, recordResource } from '../../src/store/resources.ts';
import type { SupervisorOptions } from '../../src/supervisor/options.ts';
import { recoverAfterRestart } from '../../src/supervisor/recover-after-restart.ts';
import { startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
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
});
