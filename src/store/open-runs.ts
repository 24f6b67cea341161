import { sql } from 'kysely';
import type { RunState } from '../domain/run-state.ts';
import type { Db } from './schema.ts';

/** Runs that have not ended, alike in what they are counted under. */
export interface OpenGroup {
  readonly state: RunState;
  readonly repository: string;
  readonly agent: string;
  /** null: its agent brings its own model. */
  readonly provider: string | null;
  /** Where it runs. */
  readonly nodeId: string | null;
  readonly count: number;
  readonly oldestAt: Date;
}

/** Everything that has not ended, in groups: as many rows as there are kinds of runs, not runs. */
export async function openGroups(db: Db): Promise<OpenGroup[]> {
  const { rows } = await sql<OpenGroup>`
    select state, repository, agent, nullif(provider, '') as provider, node_id as "nodeId", count(*)::int as count,
      min(created_at) as "oldestAt"
    from runs where state in ('queued', 'starting', 'running', 'waiting')
    group by state, repository, agent, nullif(provider, ''), node_id`.execute(db);
  return rows;
}

export interface ParkedFor {
  /** `provider:<name>` or `agent:<name>`. */
  readonly breaker: string;
  readonly count: number;
  readonly until: Date;
}

/** Runs that wait for providers and agents. */
export async function parkedRuns(db: Db): Promise<ParkedFor[]> {
  const { rows } = await sql<ParkedFor>`
    select coalesce(wait_detail ->> 'breaker', 'provider:' || provider) as breaker, count(*)::int as count, min(wait_until) as until
    from runs where state = 'waiting' and wait_reason in ('quota', 'breaker')
    group by 1`.execute(db);
  return rows;
}

/** The models that open runs name, in how many of them. */
export async function modelsOfOpenRuns(db: Db): Promise<{ model: string; runs: number }[]> {
  const { rows } = await sql<{ model: string; runs: number }>`
    select model, count(distinct id)::int as runs from (
      select id, rung ->> 'model' as model
      from runs cross join lateral jsonb_array_elements(spec -> 'ladder') as rung
      where state in ('queued', 'starting', 'running', 'waiting')
      union all
      select id, spec -> 'plan' ->> 'model'
      from runs where state in ('queued', 'starting', 'running', 'waiting') and spec -> 'plan' ->> 'mode' <> 'off'
    ) as named
    where model is not null group by model order by model`.execute(db);
  return rows;
}
