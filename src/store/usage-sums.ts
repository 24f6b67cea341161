import { sql } from 'kysely';
import type { Cost, Usage } from '../domain/usage.ts';

/** The columns `usageSums` selects, as they come out of the database. */
export interface UsageSums {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly turns: number;
  readonly cost_usd: number;
  readonly cost_status: Cost['status'];
}

/**
 * The select list that sums rows of model_calls. A turn is an exchange that gave an answer. A refused call is recorded with
 * a cost of 0; one whose cost nobody knows makes the sum unknown.
 */
export const usageSums = sql<UsageSums>`
  coalesce(sum(input_tokens), 0) as input_tokens,
  coalesce(sum(output_tokens), 0) as output_tokens,
  coalesce(sum(cache_read_tokens), 0) as cache_read_tokens,
  coalesce(sum(cache_write_tokens), 0) as cache_write_tokens,
  count(*) filter (where status = 'ok')::int as turns,
  coalesce(sum(cost_usd), 0) as cost_usd,
  case when bool_or(cost_usd is null) then 'unknown' else 'known' end as cost_status`;

export function toUsage(sums: UsageSums): Usage {
  return {
    inputTokens: sums.input_tokens,
    outputTokens: sums.output_tokens,
    cacheReadTokens: sums.cache_read_tokens,
    cacheWriteTokens: sums.cache_write_tokens,
    turns: sums.turns,
  };
}

export function toCost(sums: UsageSums): Cost {
  return { usd: sums.cost_usd, status: sums.cost_status };
}
