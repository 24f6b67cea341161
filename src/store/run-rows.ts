import { type Selectable, sql } from 'kysely';
import type { Run } from '../domain/run.ts';
import type { Database, Db } from './schema.ts';
import { toCost, toUsage, type UsageSums, usageSums } from './usage-sums.ts';

type RunColumns = Selectable<Database['runs']>;

/** A row of runs whose usage and cost are never null: the totals of an ended run, the sums so far of any other. */
export type RunRow = Omit<RunColumns, keyof UsageSums> & UsageSums;

/** Selects runs with their usage. Callers add `where`, order and locks (`of runs`). */
export function selectRuns(db: Db) {
  return db
    .selectFrom('runs')
    .leftJoinLateral(
      sql<UsageSums>`(select ${usageSums} from model_calls where run_id = runs.id and runs.ended_at is null)`.as(
        'live',
      ),
      (join) => join.onTrue(),
    )
    .selectAll('runs')
    .select([
      sql<number>`coalesce(runs.input_tokens, live.input_tokens)`.as('input_tokens'),
      sql<number>`coalesce(runs.output_tokens, live.output_tokens)`.as('output_tokens'),
      sql<number>`coalesce(runs.cache_read_tokens, live.cache_read_tokens)`.as('cache_read_tokens'),
      sql<number>`coalesce(runs.cache_write_tokens, live.cache_write_tokens)`.as('cache_write_tokens'),
      sql<number>`coalesce(runs.turns, live.turns)`.as('turns'),
      sql<number>`coalesce(runs.cost_usd, live.cost_usd)`.as('cost_usd'),
      sql<UsageSums['cost_status']>`coalesce(runs.cost_status, live.cost_status)`.as('cost_status'),
    ]);
}

/** The row of an ended run, which has its totals, or of one that called no model. */
export function withTotals(row: RunColumns): RunRow {
  return {
    ...row,
    input_tokens: row.input_tokens ?? 0,
    output_tokens: row.output_tokens ?? 0,
    cache_read_tokens: row.cache_read_tokens ?? 0,
    cache_write_tokens: row.cache_write_tokens ?? 0,
    turns: row.turns ?? 0,
    cost_usd: row.cost_usd ?? 0,
    cost_status: row.cost_status ?? 'known',
  };
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    spec: row.spec,
    state: row.state,
    stage: row.stage,
    attempt: row.attempt,
    epoch: row.epoch,
    owner: row.owner,
    leaseExpiresAt: row.lease_expires_at,
    startDeadlineAt: row.start_deadline_at,
    deadlineAt: row.deadline_at,
    expiresAt: row.expires_at,
    waitReason: row.wait_reason,
    waitUntil: row.wait_until,
    waitDetail: row.wait_detail,
    stopIntent: row.stop_intent,
    recoveries: row.recoveries,
    delivery: row.delivery,
    error: row.error,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    usage: toUsage(row),
    cost: toCost(row),
  };
}
