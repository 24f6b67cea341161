import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Store } from '../store/store.ts';
import { RUN_QUEUE } from './engine.ts';

/** The run queue. Operations take it as their first argument, one per file; each is one transaction. */
export interface Queue {
  readonly store: Store;
  readonly boss: PgBoss;
  /** Stops the engine's own upkeep. The store stays open. */
  close(): Promise<void>;
}

export interface QueueOptions {
  /** Faults and warnings of the engine's upkeep, which goes on by itself. */
  readonly onError: (error: Error) => void;
}

/** Chosen at random once; PostgreSQL advisory locks are told apart by number alone. */
const ENGINE_START_LOCK = 1_640_022_519;
const UPKEEP_SECONDS = 5;
const DELETE_DONE_SECONDS = 60 * 60;
const NO_JOB = '00000000-0000-4000-8000-000000000000';

/**
 * Starts the queue engine on the store's own connections and makes its schema if needed. Nodes that start at once take turns. The
 * engine only distributes: no `work()`, no schedules; jobs are fetched and settled in our transactions.
 */
export async function createQueue(store: Store, { onError }: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => store.pool.query(text, values) },
    schema: 'pgboss',
    schedule: false,
    supervise: true,
    superviseIntervalSeconds: UPKEEP_SECONDS,
    monitorIntervalSeconds: UPKEEP_SECONDS,
    maintenanceIntervalSeconds: DELETE_DONE_SECONDS,
  });
  boss.on('error', onError);
  boss.on('warning', ({ message }) => onError(new Error(`queue engine: ${message}`)));
  await store.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ENGINE_START_LOCK})`.execute(tx);
    await boss.start();
    if ((await boss.getQueue(RUN_QUEUE)) === null) await boss.createQueue(RUN_QUEUE);
  });
  // Fills the engine's cache of queues now: filled inside a transaction of ours it would need a second connection, and enough of them
  // at once could wait for each other.
  await boss.findJobs(RUN_QUEUE, { id: NO_JOB });
  return { store, boss, close: () => boss.stop({ graceful: false, close: false }) };
}
