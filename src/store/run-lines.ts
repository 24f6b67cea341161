import { type RawBuilder, sql } from 'kysely';
import type { RunState } from '../domain/run-state.ts';
import type { Cost } from '../domain/usage.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

/** What a list says of a run. The cost of one that has not ended is what it has cost so far. */
export interface RunLineRecord {
  readonly id: string;
  readonly repository: string;
  readonly ticket: string | null;
  readonly title: string;
  readonly state: RunState;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly durationMs: number | null;
  readonly attempts: number;
  readonly cost: Cost;
}

/** The newest runs of a repository. */
export async function runLinesOf(db: Db, repository: string, limit: number): Promise<RunLineRecord[]> {
  const wanted = sql<{ id: string }>`
    select run_id as id from run_search where repository = ${toText(repository)}
    order by created_at desc, run_id desc limit ${limit}`;
  return runLines(db, wanted);
}

/** Lines of the runs whose ids the query gives, the newest first. */
export async function runLines(db: Db, wanted: RawBuilder<{ id: string }>): Promise<RunLineRecord[]> {
  const { rows } = await sql<Omit<RunLineRecord, 'cost'> & { usd: number; status: Cost['status'] }>`
    with wanted as materialized (${wanted})
    select runs.id, runs.repository, spec -> 'ticket' ->> 'key' as ticket, spec -> 'ticket' ->> 'title' as title, runs.state,
      error ->> 'code' as error, runs.created_at as "createdAt", ended_at as "endedAt", duration_ms as "durationMs",
      coalesce(attempts, attempt) as attempts,
      coalesce(runs.cost_usd, live.cost_usd) as usd, coalesce(runs.cost_status, live.cost_status) as status
    from wanted join runs on runs.id = wanted.id
    left join lateral (
      select coalesce(sum(cost_usd), 0) as cost_usd, case when bool_or(cost_usd is null) then 'unknown' else 'known' end as cost_status
      from model_calls where run_id = runs.id and runs.ended_at is null
    ) as live on true
    order by runs.created_at desc, runs.id desc`.execute(db);
  return rows.map(({ usd, status, ...line }) => ({ ...line, cost: { usd, status } }));
}
