import { sql } from 'kysely';
import { createQueue, type Queue } from '../../../src/queue/queue.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import type { TestDatabase } from '../store-testing.ts';

/** A node: a pool of connections and a queue of its own. */
export interface TestNode {
  readonly id: string;
  readonly store: Store;
  readonly queue: Queue;
}

export interface Cluster {
  readonly database: TestDatabase;
  readonly nodes: readonly TestNode[];
  close(): Promise<void>;
}

const CONNECTIONS = 4;

export async function startCluster(database: TestDatabase, count: number): Promise<Cluster> {
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<TestNode> => {
      const id = `node-${index + 1}`;
      const connection = { ...database.connection, application_name: id, max: CONNECTIONS };
      const store = await openStore(connection);
      return { id, store, queue: await createQueue(store, { onError: () => undefined }) };
    }),
  );
  return {
    database,
    nodes,
    async close() {
      await Promise.all(nodes.map(({ queue }) => queue.close()));
      await Promise.all(nodes.map(({ store }) => store.close()));
    },
  };
}

/** The database ends every connection of the node, whatever it is at. */
export async function cutOff({ database }: Cluster, { id }: TestNode): Promise<void> {
  // Waited for: one that is ending still holds its rows.
  await sql`select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = ${id}`.execute(
    database.store.db,
  );
}

/** Uses up the connections that are dead and not noticed to be. */
export async function reconnect({ store }: TestNode): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const asked = Array.from({ length: CONNECTIONS }, () => store.pool.query('select 1'));
    const answers = await Promise.allSettled(asked);
    if (answers.every(({ status }) => status === 'fulfilled')) return;
  }
  throw new Error('a node that was cut off finds no connection again');
}
