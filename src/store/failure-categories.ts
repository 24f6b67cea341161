import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** Runs that failed or timed out with one error code. */
export interface FailureCategory {
  readonly code: string;
  readonly count: number;
  /** The newest of them. */
  readonly example: { readonly id: string; readonly title: string; readonly what: string; readonly at: Date };
}

/** Of the runs that ended in that time, the most frequent first, all of them. */
export async function failureCategories(
  db: Db,
  { since, until }: { since: Date; until: Date },
): Promise<FailureCategory[]> {
  const { rows } = await sql<{
    code: string;
    count: number;
    id: string;
    title: string;
    what: string;
    at: Date;
  }>`
    with categories as materialized (
      select error ->> 'code' as code, count(*)::int as count, (array_agg(id order by ended_at desc, id desc))[1] as id
      from runs where ended_at >= ${since} and ended_at <= ${until} and outcome in ('failed', 'timed_out')
      group by error ->> 'code'
    )
    select code, count, runs.id, spec -> 'ticket' ->> 'title' as title, error ->> 'what' as what, ended_at as at
    from categories join runs on runs.id = categories.id
    order by count desc, code`.execute(db);
  return rows.map(({ code, count, ...example }) => ({ code, count, example }));
}
