import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptRun } from '../../src/queue/accept-run.ts';
import { listViolations } from '../../src/queue/invariant.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { listRuns } from '../../src/store/list-runs.ts';
import { eventually } from './store-eventually.ts';
import { claimAll, startTestDatabase, type TestDatabase, testSpec } from './store-testing.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.close());

describe('a database server that is killed', () => {
  it('S5: loses no accepted run, and the node goes on with the same store once it is back', async () => {
    const { queue, store, dataDir } = database;
    const heard: string[] = [];
    await store.listen('runyard_runs', (payload) => heard.push(payload));
    const accepted: string[] = [];
    const accepting = (async () => {
      for (;;)
        accepted.push(
          (await acceptRun(queue, { spec: testSpec(), idempotencyKey: null, by: 'test' })).run.id,
        );
    })();
    await eventually(() => expect(accepted.length).toBeGreaterThan(20));
    const pid = Number.parseInt(
      await readFile(path.join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'),
      10,
    );
    process.kill(pid, 'SIGKILL');
    await expect(accepting).rejects.toThrow();

    await startEmbeddedDatabase({ dataDir });
    const stored = await eventually(() => listRuns(store.db, { limit: 1_000 }));
    expect(stored.map((run) => run.id)).toEqual(expect.arrayContaining(accepted));
    const claims = await claimAll(queue, { batch: 1_000 });
    expect(claims.map(({ run }) => run.id).toSorted()).toEqual(stored.map((run) => run.id).toSorted());
    expect(await listViolations(queue)).toEqual([]);
    await expect.poll(() => heard, { timeout: 15_000 }).toContain('');
  });
});
