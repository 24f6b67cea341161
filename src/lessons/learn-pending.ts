import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import { learnFromRun } from './learn.ts';
import type { LessonSettings } from './settings.ts';

const MOST_RUNS = 5;

/**
 * The net under learning at the end of a run: runs of the repository that ended some other way, by a deadline or with a node that died
 * between the two steps. Looked for when somebody needs to know.
 */
export async function learnPending(
  db: Db,
  repository: string,
  {
    settings,
    onError,
  }: { readonly settings: LessonSettings; readonly onError: (error: unknown, run: string) => void },
): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from runs
    where repository = ${repository} and ended_at > runyard_now() - interval '7 days' and attempts > 1
      and not exists (select from lesson_runs where run_id = runs.id)
    order by ended_at desc limit ${MOST_RUNS}`.execute(db);
  for (const { id } of rows) {
    // What cannot be learned from one run keeps nobody from being told of the others.
    await learnFromRun(db, { id, repository }, settings).catch((error: unknown) => onError(error, id));
  }
}
