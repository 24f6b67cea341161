import { sql } from 'kysely';
import { type CheckResult, checkResultSchema } from '../domain/verdict.ts';
import { type RunLineRecord, runLines } from './run-lines.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

/** The newest run of every repository there is, the newest first. Steps from repository to repository along an index. */
export async function newestRunOfRepositories(db: Db, limit: number): Promise<RunLineRecord[]> {
  return runLines(
    db,
    sql<{ id: string }>`
      with recursive repositories as (
        (select repository, run_id, created_at from run_search order by repository, created_at desc, run_id desc limit 1)
        union all
        select following.* from repositories cross join lateral (
          select repository, run_id, created_at from run_search where run_search.repository > repositories.repository
          order by repository, created_at desc, run_id desc limit 1
        ) as following
      )
      select run_id as id from repositories order by created_at desc, run_id desc limit ${limit}`,
  );
}

/** So many of the newest runs are looked at for one that came as far as its checks. */
const LOOKED_AT = 10;

/** Names of the checks that the last run of each repository found which got that far. */
export async function lastCheckNames(
  db: Db,
  repositories: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  if (repositories.length === 0) return new Map();
  const { rows } = await sql<{ repository: string; names: string[] }>`
    select wanted.name as repository, found.names from unnest(${[...repositories]}::text[]) as wanted (name)
    cross join lateral (
      select jsonb_path_query_array(latest.verdict, '$.results[*].check.name') as names
      from (
        select run_id, created_at from run_search where repository = wanted.name
        order by created_at desc, run_id desc limit ${LOOKED_AT}
      ) as recent
      cross join lateral (
        select checkpoint #> '{attempts,-1,verdict}' as verdict from checkpoints
        where checkpoints.run_id = recent.run_id order by number desc limit 1
      ) as latest
      where jsonb_typeof(latest.verdict) = 'object'
      order by recent.created_at desc, recent.run_id desc limit 1
    ) as found`.execute(db);
  return new Map(rows.map(({ repository, names }) => [repository, names]));
}

export interface FoundChecks {
  readonly run: string;
  readonly at: Date;
  readonly results: readonly CheckResult[];
  readonly baseline: readonly CheckResult[];
}

/** What the last run of the repository found that got as far as its checks; null when none of the last did. */
export async function lastChecks(db: Db, repository: string): Promise<FoundChecks | null> {
  const { rows } = await sql<{ run: string; at: Date; results: unknown; baseline: unknown }>`
    select recent.run_id as run, latest.created_at as at, latest.verdict -> 'results' as results, latest.verdict -> 'baseline' as baseline
    from (
      select run_id, created_at from run_search where repository = ${toText(repository)}
      order by created_at desc, run_id desc limit ${LOOKED_AT}
    ) as recent
    cross join lateral (
      select checkpoint #> '{attempts,-1,verdict}' as verdict, created_at from checkpoints
      where checkpoints.run_id = recent.run_id order by number desc limit 1
    ) as latest
    where jsonb_typeof(latest.verdict) = 'object'
    order by recent.created_at desc, recent.run_id desc limit 1`.execute(db);
  const [row] = rows;
  if (!row) return null;
  const read = (results: unknown) => checkResultSchema.array().parse(results);
  return { run: row.run, at: row.at, results: read(row.results), baseline: read(row.baseline) };
}
