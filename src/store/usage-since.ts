import { sql } from 'kysely';
import type { Usage } from '../domain/usage.ts';
import type { Db } from './schema.ts';
import { toUsage, type UsageSums, usageSums } from './usage-sums.ts';

export interface UsageSince {
  readonly usage: Usage;
  /** Of ended runs their whole time, of the others the time since they started. */
  readonly runMs: number;
}

/** What runs used that had not ended then, all of it, so that it never goes down: an ended run has its totals, the calls of the others are summed. */
export async function usageSince(db: Db, since: Date): Promise<UsageSince> {
  const [ended, open] = await Promise.all([
    sql<UsageSums & { run_ms: number }>`
      select coalesce(sum(input_tokens), 0)::float8 as input_tokens, coalesce(sum(output_tokens), 0)::float8 as output_tokens,
        coalesce(sum(cache_read_tokens), 0)::float8 as cache_read_tokens,
        coalesce(sum(cache_write_tokens), 0)::float8 as cache_write_tokens,
        coalesce(sum(turns), 0)::int as turns, coalesce(sum(duration_ms), 0)::float8 as run_ms
      from runs where ended_at >= ${since}`.execute(db),
    sql<UsageSums & { run_ms: number }>`
      with open as materialized (
        select id, started_at from runs where state in ('queued', 'starting', 'running', 'waiting')
      )
      select calls.*, worked.run_ms from
        (select ${usageSums} from model_calls where run_id in (select id from open)) as calls,
        (select coalesce(sum(extract(epoch from clock_timestamp() - started_at)) * 1000, 0)::float8 as run_ms from open) as worked`.execute(
      db,
    ),
  ]);
  const sums = [...ended.rows, ...open.rows].map((row) => ({ ...toUsage(row), runMs: row.run_ms }));
  const total = (of: (row: (typeof sums)[number]) => number) => sums.reduce((sum, row) => sum + of(row), 0);
  return {
    usage: {
      inputTokens: total((row) => row.inputTokens),
      outputTokens: total((row) => row.outputTokens),
      cacheReadTokens: total((row) => row.cacheReadTokens),
      cacheWriteTokens: total((row) => row.cacheWriteTokens),
      turns: total((row) => row.turns),
    },
    runMs: total((row) => row.runMs),
  };
}
