import { sql } from 'kysely';
import type { Cost, Usage } from '../domain/usage.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

/** What runs that ended in a time came to. */
export interface EndedFigures {
  readonly ended: number;
  readonly delivered: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  /** Of those that nobody cancelled; null when there are none. */
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  /** Had an attempt that did not pass. */
  readonly hurt: number;
  /** Were delivered by a later attempt. */
  readonly healed: number;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly unknownCostRuns: number;
}

export interface EndedWindow {
  readonly since: Date;
  readonly until: Date;
  readonly partMs: number;
}

/** The whole window, and each of its parts in which a run ended, counted from 0. One pass over an index that has all it needs (`runs_by_end`). */
export async function endedFigures(
  db: Db,
  { since, until, partMs }: EndedWindow,
): Promise<{ whole: EndedFigures; parts: ReadonlyMap<number, EndedFigures> }> {
  const { rows } = await sql<FigureRow>`
    select part, ${figures} from (
      select *, floor(extract(epoch from ended_at - ${since}::timestamptz) * 1000 / ${partMs})::int as part
      from runs where ended_at >= ${since} and ended_at <= ${until}
    ) as ended
    group by grouping sets ((), (part))`.execute(db);
  const parts = new Map(
    rows.flatMap((row) => (row.part === null ? [] : [[row.part, toFigures(row)] as const])),
  );
  const whole = rows.find(({ part }) => part === null);
  if (!whole) throw new Error('an aggregate gave no row');
  return { whole: toFigures(whole), parts };
}

/** Of one repository, of those that ended since then. */
export async function endedOfRepository(
  db: Db,
  { since, repository }: { since: Date; repository: string },
): Promise<EndedFigures> {
  const { rows } = await sql<FigureRow>`
    select null::int as part, ${figures} from runs
    where ended_at >= ${since} and repository = ${toText(repository)}`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('an aggregate gave no row');
  return toFigures(row);
}

export type EndedCounts = Pick<EndedFigures, 'ended' | 'delivered' | 'failed' | 'timedOut' | 'cancelled'>;

/** By repository, of those that ended since then. */
export async function endedByRepository(db: Db, since: Date): Promise<ReadonlyMap<string, EndedCounts>> {
  const { rows } = await sql<EndedCounts & { repository: string }>`
    select repository, count(*)::int as ended,
      count(*) filter (where outcome = 'succeeded')::int as delivered,
      count(*) filter (where outcome = 'failed')::int as failed,
      count(*) filter (where outcome = 'timed_out')::int as "timedOut",
      count(*) filter (where outcome = 'cancelled')::int as cancelled
    from runs where ended_at >= ${since} group by repository`.execute(db);
  return new Map(rows.map(({ repository, ...counts }) => [repository, counts]));
}

/** A run is hurt that needed a second attempt, or that failed with its first. What only waited or was cancelled is not. */
const figures = sql`
  count(*)::int as ended,
  count(*) filter (where outcome = 'succeeded')::int as delivered,
  count(*) filter (where outcome = 'failed')::int as failed,
  count(*) filter (where outcome = 'timed_out')::int as timed_out,
  count(*) filter (where outcome = 'cancelled')::int as cancelled,
  percentile_cont(0.5) within group (order by duration_ms) filter (where outcome <> 'cancelled') as median_ms,
  percentile_cont(0.95) within group (order by duration_ms) filter (where outcome <> 'cancelled') as p95_ms,
  count(*) filter (where attempts > 1 or (attempts = 1 and outcome = 'failed'))::int as hurt,
  count(*) filter (where attempts > 1 and outcome = 'succeeded')::int as healed,
  coalesce(sum(input_tokens), 0) as input_tokens,
  coalesce(sum(output_tokens), 0) as output_tokens,
  coalesce(sum(cache_read_tokens), 0) as cache_read_tokens,
  coalesce(sum(cache_write_tokens), 0) as cache_write_tokens,
  coalesce(sum(turns), 0)::int as turns,
  coalesce(sum(cost_usd), 0) as cost_usd,
  count(*) filter (where cost_status = 'unknown')::int as unknown_cost_runs`;

interface FigureRow {
  readonly part: number | null;
  readonly ended: number;
  readonly delivered: number;
  readonly failed: number;
  readonly timed_out: number;
  readonly cancelled: number;
  readonly median_ms: number | null;
  readonly p95_ms: number | null;
  readonly hurt: number;
  readonly healed: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly turns: number;
  readonly cost_usd: number;
  readonly unknown_cost_runs: number;
}

function toFigures(row: FigureRow): EndedFigures {
  return {
    ended: row.ended,
    delivered: row.delivered,
    failed: row.failed,
    timedOut: row.timed_out,
    cancelled: row.cancelled,
    medianMs: row.median_ms,
    p95Ms: row.p95_ms,
    hurt: row.hurt,
    healed: row.healed,
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      cacheReadTokens: row.cache_read_tokens,
      cacheWriteTokens: row.cache_write_tokens,
      turns: row.turns,
    },
    cost: { usd: row.cost_usd, status: row.unknown_cost_runs > 0 ? 'unknown' : 'known' },
    unknownCostRuns: row.unknown_cost_runs,
  };
}
