import { type Selectable, sql } from 'kysely';
import type { ModelCall } from '../domain/model-call.ts';
import type { Stage } from '../domain/stage.ts';
import type { Cost, Usage } from '../domain/usage.ts';
import type { Database, Db } from './schema.ts';
import { toText } from './to-json.ts';
import { toCost, toUsage, type UsageSums, usageSums } from './usage-sums.ts';

/** Calls of a run, the oldest first, those that follow the call `after`. */
export async function listModelCalls(
  db: Db,
  { runId, after, limit }: { runId: string; after?: string | undefined; limit: number },
): Promise<ModelCall[]> {
  const following = sql<boolean>`(started_at, id) > (
    select started_at, id from model_calls where id = ${toText(after ?? '')} and run_id = ${runId})`;
  const rows = await db
    .selectFrom('model_calls')
    .selectAll()
    .where('run_id', '=', runId)
    .$if(after !== undefined, (query) => query.where(following))
    .orderBy('started_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toModelCall);
}

/** What the calls of one worker in a stage and attempt of a run came to. */
export interface StageUsage {
  readonly epoch: number;
  readonly stage: Stage;
  readonly attempt: number;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly calls: number;
  readonly failed: number;
}

export async function usageByAttempt(db: Db, runId: string): Promise<StageUsage[]> {
  const { rows } = await sql<
    UsageSums & { epoch: number; stage: Stage; attempt: number; calls: number; failed: number }
  >`select epoch, stage, attempt, count(*)::int as calls, count(*) filter (where status <> 'ok')::int as failed, ${usageSums}
    from model_calls where run_id = ${runId} group by epoch, stage, attempt order by epoch, attempt, stage`.execute(
    db,
  );
  return rows.map(({ epoch, stage, attempt, calls, failed, ...sums }) => ({
    epoch,
    stage,
    attempt,
    calls,
    failed,
    usage: toUsage(sums),
    cost: toCost(sums),
  }));
}

function toModelCall(row: Selectable<Database['model_calls']>): ModelCall {
  const { input_tokens: inputTokens, output_tokens: outputTokens } = row;
  const { cache_read_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens } = row;
  const isKnown =
    inputTokens !== null && outputTokens !== null && cacheReadTokens !== null && cacheWriteTokens !== null;
  return {
    id: row.id,
    runId: row.run_id,
    epoch: row.epoch,
    attempt: row.attempt,
    stage: row.stage,
    provider: row.provider,
    model: row.model,
    protocol: row.protocol,
    status: row.status,
    httpStatus: row.http_status,
    errorCode: row.error_code,
    usage: isKnown ? { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } : null,
    costUsd: row.cost_usd,
    retries: row.retries,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    timeToFirstByteMs: row.time_to_first_byte_ms,
    requestId: row.request_id,
  };
}
