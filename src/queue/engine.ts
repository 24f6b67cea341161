import { type Db, fromKysely } from 'pg-boss';
import { z } from 'zod';
import type { Priority, RunLimits } from '../domain/run.ts';
import { SENT_AHEAD } from '../store/prepared-pool.ts';
import type { Tx } from '../store/schema.ts';

/** The engine's one queue of ours: a job is an admitted run that some worker must own. */
export const RUN_QUEUE = 'runs';

/** What a job carries: the run is the truth, so only its id. */
export const runJobSchema = z.object({ runId: z.string() });
export type RunJob = z.infer<typeof runJobSchema>;

/** Lets an engine call run inside our transaction. */
export function engineDb(tx: Tx): { db: Db } {
  return { db: fromKysely(tx) };
}

/** The same for a call whose answer says nothing that is needed: it is not waited for, and the transaction fails if it does. */
export function engineDbAhead(tx: Tx): { db: Db } {
  const { executeSql } = fromKysely(tx);
  return {
    db: {
      async executeSql(text, values) {
        const { rows } = await executeSql(`${SENT_AHEAD}${text}`, values);
        return { rows: rows.length === 0 ? [{}] : rows };
      },
    },
  };
}

/** The shortest the engine accepts; its own default of 60 s would notice a death after a minute. */
const HEARTBEAT_SECONDS = 10;
const LONGEST_EXPIRY_SECONDS = 24 * 60 * 60 - 1;
/** On top of the run's limit: grace periods, saving the work, cleaning up. */
const EXPIRY_MARGIN_MS = 15 * 60_000;
const KEEP_WAITING_SECONDS = 30 * 24 * 60 * 60;
const KEEP_DONE_SECONDS = 24 * 60 * 60;

const enginePriority: Readonly<Record<Priority, number>> = { urgent: 3, high: 2, normal: 1, low: 0 };

/**
 * Every setting of a job, explicitly: the engine's defaults (15 min, 2 retries, 14 days) would break our promises. The engine's limits
 * are a net below ours: it never gives up earlier than the run's own deadline and recovery limit do.
 */
export function jobOptions(priority: Priority, limits: Pick<RunLimits, 'runMs' | 'recoveries'>) {
  return {
    priority: enginePriority[priority],
    retryLimit: limits.recoveries,
    retryDelay: 0,
    retryBackoff: false,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: Math.min(LONGEST_EXPIRY_SECONDS, Math.ceil((limits.runMs + EXPIRY_MARGIN_MS) / 1000)),
    retentionSeconds: KEEP_WAITING_SECONDS,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  };
}
