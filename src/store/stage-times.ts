import { sql } from 'kysely';
import type { StageTimes } from '../domain/progress.ts';
import type { Run } from '../domain/run.ts';
import { type Stage, stages } from '../domain/stage.ts';
import type { Db } from './schema.ts';

const MOST_RUNS = 12;
const LOOKED_AT = 100;

/**
 * Medians of the last successful runs of the repository that had ended when this one began: so the same for as long as it lasts, and an estimate
 * that rests on them does not jump.
 */
export async function usualStageTimes(db: Db, { spec, createdAt, startedAt }: Run): Promise<StageTimes> {
  const { rows } = await sql<{ stage: Stage; ms: number; runs: number }>`
    with near as materialized (
      select run_id, created_at from run_search
      where repository = ${spec.repository} and created_at < ${createdAt}
      order by created_at desc, run_id desc limit ${LOOKED_AT}
    ), earlier as materialized (
      select id from runs join near on near.run_id = runs.id
      where state = 'succeeded' and ended_at <= ${startedAt ?? createdAt}
      order by near.created_at desc, id desc limit ${MOST_RUNS}
    ), took as (
      select run_id, data ->> 'stage' as stage, sum((data ->> 'durationMs')::float8) as ms
      from run_events where type = 'stage.finished' and run_id in (select id from earlier)
      group by run_id, data ->> 'stage'
    )
    select stage, percentile_cont(0.5) within group (order by ms) as ms, count(*)::int as runs from took group by stage`.execute(
    db,
  );
  const known = rows.filter(({ stage }) => stages.includes(stage));
  return {
    ms: Object.fromEntries(known.map(({ stage, ms }) => [stage, ms])),
    runs: Math.max(0, ...known.map(({ runs }) => runs)),
  };
}
