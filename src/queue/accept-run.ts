import { type Selectable, sql } from 'kysely';
import { differingParts } from '../domain/compare-specs.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Run, RunSpec } from '../domain/run.ts';
import { initialState } from '../domain/run-state.ts';
import { RUNS_CHANNEL } from '../events/channels.ts';
import { storedAfter, tellAll } from '../events/insert-events.ts';
import { newId } from '../lib/ids.ts';
import { toRun, withTotals } from '../store/run-rows.ts';
import type { Database, Db, Tx } from '../store/schema.ts';
import { toJson, toText } from '../store/to-json.ts';
import { inTransaction } from './in-transaction.ts';
import { currentRun } from './lock-run.ts';
import type { Queue } from './queue.ts';
import { refuseForLoad } from './refuse-for-load.ts';

export interface Acceptance {
  readonly spec: RunSpec;
  /** The same key makes one run, however often and from however many nodes at once it comes (Q7). */
  readonly idempotencyKey: string | null;
  readonly by: string;
  /** How many runs may wait. Absent: as many as like. */
  readonly maxQueued?: number;
  /** The run that had the same spec before. */
  readonly retryOf?: string;
  /** What is stored together with a new run or not at all. */
  readonly alongside?: ((tx: Tx, run: string) => Promise<void>) | undefined;
}

/**
 * Stores a run. Once this resolves, no crash loses it. `created` is false when the key had made a run of the same spec before: then
 * that one, also when the queue is full. Throws `api.idempotency-key-reused` when that run has another spec, and
 * `api.queue-full`.
 */
export async function acceptRun(queue: Queue, request: Acceptance): Promise<{ run: Run; created: boolean }> {
  const inserted = await insertWithAll(queue, request);
  if (inserted) return { run: toRun(withTotals(inserted)), created: true };
  const run = await inTransaction(queue, (tx) => earlierRun(tx, request));
  if (run) return { run, created: false };
  throw await refuseForLoad(queue.store.db, request.maxQueued ?? 0);
}

async function insertWithAll(queue: Queue, request: Acceptance): Promise<NewRun | null> {
  const { alongside } = request;
  if (!alongside) return insertRun(queue.store.db, request);
  return inTransaction(queue, async (tx) => {
    const inserted = await insertRun(tx, request);
    if (inserted) await alongside(tx, inserted.id);
    return inserted;
  });
}

type NewRun = Selectable<Database['runs']>;

/** The new run, or null when the key is taken or the queue is full. One statement and so one commit: the row, its first events and the word to the nodes. */
async function insertRun(
  db: Db,
  { spec, idempotencyKey, by, maxQueued, retryOf }: Acceptance,
): Promise<NewRun | null> {
  const key = idempotencyKey === null ? null : toText(idempotencyKey);
  const room = maxQueued === undefined ? sql`true` : sql`queue_has_room(${maxQueued})`;
  const { repository, ticket } = spec;
  const accepted: NewEvent = {
    type: 'run.accepted',
    data: { title: ticket.title, repository, ...(retryOf === undefined ? {} : { retryOf }) },
  };
  const queued = { from: null, to: initialState, waitReason: null, error: null };
  const events = [accepted, { type: 'run.state-changed', data: queued } as const].map((event) => ({
    event,
    origin: null,
  }));
  const { rows } = await sql<NewRun>`
    with inserted as (
      insert into runs (id, idempotency_key, accepted_by, spec, state, created_at, expires_at, last_event_seq)
      select ${newId()}, ${key}, ${toText(by)}, ${toJson(spec)}::jsonb, ${initialState},
        clock.now, clock.now + ${spec.limits.queueMs} * interval '1 ms', ${events.length}
      from (select runyard_now() as now) as clock
      where ${room}
      on conflict (tenant, idempotency_key) where idempotency_key is not null do nothing
      returning *
    ), stored as (${storedAfter('inserted', events)})
    select inserted.*, ${tellAll('inserted', [RUNS_CHANNEL])} from inserted`.execute(db);
  return rows[0] ?? null;
}

/** The run that the key made, or null. */
async function earlierRun(tx: Tx, { idempotencyKey, spec }: Acceptance): Promise<Run | null> {
  if (idempotencyKey === null) return null;
  const earlier = await tx
    .selectFrom('runs')
    .select('id')
    .where('idempotency_key', '=', toText(idempotencyKey))
    .where('tenant', '=', sql<string>`'default'`)
    .executeTakeFirst();
  if (!earlier) return null;
  const run = await currentRun(tx, earlier.id);
  const differing = differingParts(run.spec, asStored(spec));
  if (differing.length > 0) {
    throw runyardError('api.idempotency-key-reused', { key: idempotencyKey, run: run.id, differing });
  }
  return run;
}

/** What the database gives back for it: some characters cannot be stored. */
function asStored(spec: RunSpec): RunSpec {
  return JSON.parse(toJson(spec)) as RunSpec;
}
