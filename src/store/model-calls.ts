import { sql } from 'kysely';
import type { ModelCall } from '../domain/model-call.ts';
import type { Cost, Usage } from '../domain/usage.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';
import { toCost, toUsage, type UsageSums, usageSums } from './usage-sums.ts';

/**
 * Stores a call; the same id again changes nothing. A call that ends after its run did still counts: the totals of the ended run are
 * summed again.
 */
export async function recordModelCall(db: Db, call: ModelCall): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The lock orders this before or after a settling transaction, so no call is missed by both.
    const run = await tx
      .selectFrom('runs')
      .select('ended_at')
      .where('id', '=', call.runId)
      .forNoKeyUpdate()
      .executeTakeFirst();
    const inserted = await tx
      .insertInto('model_calls')
      .values(toRow(call))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (run?.ended_at && inserted.numInsertedOrUpdatedRows === 1n) await sumAgain(tx, call.runId);
  });
}

/** What the run used so far. */
export async function runUsage(db: Db, runId: string): Promise<{ usage: Usage; cost: Cost }> {
  const { rows } = await sql<UsageSums>`select ${usageSums} from model_calls where run_id = ${runId}`.execute(
    db,
  );
  const [sums] = rows;
  if (!sums) throw new Error('an aggregate gave no row');
  return { usage: toUsage(sums), cost: toCost(sums) };
}

async function sumAgain(db: Db, runId: string): Promise<void> {
  await sql`
    update runs set
      input_tokens = sums.input_tokens, output_tokens = sums.output_tokens, cache_read_tokens = sums.cache_read_tokens,
      cache_write_tokens = sums.cache_write_tokens, turns = sums.turns, cost_usd = sums.cost_usd,
      -- What was unknown when it ended stays unknown.
      cost_status = case when runs.cost_status = 'unknown' then 'unknown' else sums.cost_status end
    from (select ${usageSums} from model_calls where run_id = ${runId}) as sums
    where id = ${runId}`.execute(db);
}

function toRow(call: ModelCall) {
  return {
    id: call.id,
    run_id: call.runId,
    epoch: call.epoch,
    attempt: call.attempt,
    stage: call.stage,
    provider: call.provider,
    model: toText(call.model),
    protocol: call.protocol,
    status: call.status,
    http_status: call.httpStatus,
    error_code: call.errorCode,
    input_tokens: call.usage?.inputTokens ?? null,
    output_tokens: call.usage?.outputTokens ?? null,
    cache_read_tokens: call.usage?.cacheReadTokens ?? null,
    cache_write_tokens: call.usage?.cacheWriteTokens ?? null,
    cost_usd: call.costUsd,
    retries: call.retries,
    started_at: call.startedAt,
    duration_ms: Math.max(0, Math.round(call.durationMs)),
    time_to_first_byte_ms: call.timeToFirstByteMs === null ? null : Math.round(call.timeToFirstByteMs),
    request_id: call.requestId === null ? null : toText(call.requestId),
  };
}
