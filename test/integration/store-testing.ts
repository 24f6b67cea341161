import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type pg from 'pg';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** A database of its own for one test file: a real server in a temporary folder. */
export interface TestDatabase {
  readonly store: Store;
  readonly queue: Queue;
  readonly connection: pg.PoolConfig;
  readonly dataDir: string;
  /** Errors of the queue engine's upkeep so far. */
  readonly queueErrors: readonly Error[];
  /** Moves the time of leases and deadlines forward, for every connection. */
  shiftTime(ms: number): Promise<void>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/** Takes about a second: initdb, start, migrations, queue schema. Call in `beforeAll`, and `close` in `afterAll`. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'runyard-test-'));
  const database = await startEmbeddedDatabase({ dataDir });
  const store = await openStore(database.connection);
  const queueErrors: Error[] = [];
  const queue = await createQueue(store, { onError: (error) => queueErrors.push(error) });
  return {
    store,
    queue,
    connection: database.connection,
    dataDir,
    queueErrors,
    async shiftTime(ms) {
      await sql`update clock_shift set shift = shift + ${ms} * interval '1 ms'`.execute(store.db);
    },
    async close() {
      await queue.close();
      await store.close();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
