import { sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import type { RunState } from '../domain/run-state.ts';
import { selectRuns, toRun } from './run-rows.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

const MOST_MATCHES_SHOWN = 5;

/** The run with this id, or the only one whose id starts with it. Throws `run.not-found` or `run.ambiguous-id`. */
export async function findRun(db: Db, idOrPrefix: string): Promise<Run> {
  const prefix = toText(idOrPrefix);
  const rows = await selectRuns(db)
    .where(sql<boolean>`starts_with(runs.id, ${prefix})`)
    .orderBy('runs.id')
    .limit(MOST_MATCHES_SHOWN)
    .execute();
  // An id that is itself the start of another one means that run; it sorts first.
  const [first] = rows;
  if (!first || prefix === '') throw runyardError('run.not-found', { run: idOrPrefix });
  if (rows.length > 1 && first.id !== prefix) {
    throw runyardError('run.ambiguous-id', { run: idOrPrefix, matches: rows.map((row) => row.id) });
  }
  return toRun(first);
}

/** Those of the ids that there are, in no order. */
export async function findRuns(db: Db, ids: readonly string[]): Promise<Run[]> {
  if (ids.length === 0) return [];
  return (
    await selectRuns(db)
      .where('runs.id', 'in', [...ids])
      .execute()
  ).map(toRun);
}

export async function countRuns(db: Db, states: readonly RunState[]): Promise<number> {
  const { count } = await db
    .selectFrom('runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', [...states])
    .executeTakeFirstOrThrow();
  return count;
}
