import { STALE_PLAN } from '../store/prepared-pool.ts';
import type { Tx } from '../store/schema.ts';
import type { Queue } from './queue.ts';

const MOST_TRIES = 5;
/** serialization_failure, deadlock_detected, a plan from before a migration: nothing was written, and the same again can succeed. */
const TRY_AGAIN: ReadonlySet<unknown> = new Set(['40001', '40P01', STALE_PLAN]);

/** Runs `work` in one transaction, again if it lost against another one. It must have no effect outside of the database. */
export async function inTransaction<T>({ store }: Queue, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.db.transaction().execute(work);
    } catch (error) {
      if (tries >= MOST_TRIES || !TRY_AGAIN.has(sqlState(error))) throw error;
    }
  }
}

/** The SQLSTATE of a database error, or undefined. */
export function sqlState(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
