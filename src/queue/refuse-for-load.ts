import { sql } from 'kysely';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { countRuns } from '../store/runs.ts';
import type { Db } from '../store/schema.ts';

/** The answer to one run too many: how many wait, and when to come back. */
export async function refuseForLoad(db: Db, limit: number): Promise<RunyardError> {
  const [queued, working] = await Promise.all([countRuns(db, ['queued']), averageAge(db)]);
  return runyardError('api.queue-full', { queued, limit, retryAfterSeconds: retryAfterSeconds(working) });
}

export interface Working {
  readonly runs: number;
  /** How long their workers have been at it, on average. */
  readonly averageMs: number;
}

const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 600;
const NOTHING_RUNS_SECONDS = 30;

/**
 * When the next place is likely to come free: runs seen at a random moment are half done on average, so they take twice their age, and
 * one of them ends every so often.
 */
export function retryAfterSeconds({ runs, averageMs }: Working): number {
  if (runs === 0) return NOTHING_RUNS_SECONDS;
  const seconds = Math.ceil((2 * averageMs) / runs / 1000);
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, seconds));
}

async function averageAge(db: Db): Promise<Working> {
  const { rows } = await sql<Working>`
    select count(*) as runs,
      coalesce(avg(extract(epoch from runyard_now() - claimed_at)) * 1000, 0)::bigint as "averageMs"
    from runs where state = 'running'`.execute(db);
  return rows[0] ?? { runs: 0, averageMs: 0 };
}
