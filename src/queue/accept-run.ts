import { sql } from 'kysely';
import { differingParts } from '../domain/compare-specs.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run, RunSpec } from '../domain/run.ts';
import { initialState } from '../domain/run-state.ts';
import { newId } from '../lib/ids.ts';
import type { Tx } from '../store/schema.ts';
import { toJson, toText } from '../store/to-json.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun } from './lock-run.ts';
import { announce } from './move-run.ts';
import type { Queue } from './queue.ts';

export interface Acceptance {
  readonly spec: RunSpec;
  /** The same key makes one run, however often and from however many nodes at once it comes (Q7). */
  readonly idempotencyKey: string | null;
  readonly by: string;
}

/**
 * Stores a run. Once this resolves, no crash loses it. `created` is false when the key had made a run of the same spec before: then
 * that one. Throws `api.idempotency-key-reused` when that run has another spec.
 */
export async function acceptRun(queue: Queue, request: Acceptance): Promise<{ run: Run; created: boolean }> {
  return inTransaction(queue, async (tx) => {
    const id = await insertRun(tx, request);
    if (id === null) return { run: await earlierRun(tx, request), created: false };
    const { repository, ticket } = request.spec;
    await announce(tx, id, [
      { type: 'run.accepted', data: { title: ticket.title, repository } },
      { type: 'run.state-changed', data: { from: null, to: initialState, waitReason: null, error: null } },
    ]);
    return { run: await currentRun(tx, id), created: true };
  });
}

/** The new run's id, or null when the key is taken. */
async function insertRun(tx: Tx, { spec, idempotencyKey, by }: Acceptance): Promise<string | null> {
  const key = idempotencyKey === null ? null : toText(idempotencyKey);
  const { rows } = await sql<{ id: string }>`
    insert into runs (id, idempotency_key, accepted_by, spec, state, created_at, expires_at)
    select ${newId()}, ${key}, ${toText(by)}, ${toJson(spec)}::jsonb, ${initialState},
      clock.now, clock.now + ${spec.limits.queueMs} * interval '1 ms'
    from (select runyard_now() as now) as clock
    on conflict (tenant, idempotency_key) where idempotency_key is not null do nothing
    returning id`.execute(tx);
  return rows[0]?.id ?? null;
}

async function earlierRun(tx: Tx, { idempotencyKey, spec }: Acceptance): Promise<Run> {
  const { id } = await tx
    .selectFrom('runs')
    .select('id')
    .where('idempotency_key', '=', toText(idempotencyKey ?? ''))
    .where('tenant', '=', sql<string>`'default'`)
    .executeTakeFirstOrThrow();
  const run = await currentRun(tx, id);
  const differing = differingParts(run.spec, asStored(spec));
  if (differing.length > 0) {
    throw runyardError('api.idempotency-key-reused', { key: idempotencyKey ?? '', run: id, differing });
  }
  return run;
}

/** What the database gives back for it: some characters cannot be stored. */
function asStored(spec: RunSpec): RunSpec {
  return JSON.parse(toJson(spec)) as RunSpec;
}
