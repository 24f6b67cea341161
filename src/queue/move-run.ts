import { type RawBuilder, sql, type UpdateObject } from 'kysely';
import { z } from 'zod';
import type { ErrorData } from '../domain/errors/runyard-error.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import { canTransition, type RunState, waitReasons } from '../domain/run-state.ts';
import { RUNS_CHANNEL } from '../events/channels.ts';
import { insertEvents, type OriginatedEvent, storedAfter, tellAll } from '../events/insert-events.ts';
import type { Database, Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import type { LockedRun } from './lock-run.ts';

export interface Move {
  readonly to: RunState;
  /** The columns the new state needs. What belongs to the old state only is cleared by itself. */
  readonly set: UpdateObject<Database, 'runs'>;
  /** Why it ended badly; stored and told. */
  readonly error?: ErrorData;
  /** Told after the change of state. */
  readonly events?: readonly NewEvent[];
  /** Something more to store with it: a statement that reads the row's new state from the table `moved`. */
  readonly also?: RawBuilder<unknown>;
  /** Does not wait for whoever has the row locked: then it is not moved. */
  readonly skipLocked?: true;
}

const waitReasonSchema = z.enum(waitReasons).nullable();

/** What the row must still be like. */
export type MoveFrom = Pick<LockedRun, 'id' | 'state'> & Partial<Pick<LockedRun, 'epoch' | 'job_id'>>;

/**
 * The only writer of `state`: compares state and epoch, swaps, and appends the event, in the caller's transaction. Throws
 * `run.illegal-transition` when the table of transitions does not have the step, or somebody else moved the run first.
 */
export async function moveRun(tx: Tx, from: LockedRun, move: Move): Promise<LockedRun> {
  const { id, state, epoch } = from;
  const moved = await tryToMoveRun(tx, { id, state, epoch }, move);
  if (!moved) throw illegal(from, move);
  return moved;
}

/** For a row that is not locked: null when it is not as in `from` any more. */
export async function tryToMoveRun(tx: Tx, from: MoveFrom, move: Move): Promise<LockedRun | null> {
  const { to, set, error, events = [], also, skipLocked } = move;
  if (!canTransition(from.state, to)) throw illegal(from, move);
  const waitReason = waitReasonSchema.parse(set.wait_reason ?? null);
  const data = { from: from.state, to, waitReason, error: error ?? null };
  const told: NewEvent[] = [{ type: 'run.state-changed', data }, ...events];
  // One statement: the row, its events and the word to the nodes.
  const update = tx
    .updateTable('runs')
    .set({ ...left(from.state, to), ...set, state: to, error: error ? toJson(error) : null })
    .set({ last_event_seq: sql<number>`last_event_seq + ${told.length}` })
    .where((row) =>
      row.and([
        row('id', '=', from.id),
        // Only looked at, never looked up: the index of open runs is small and full of what is dead.
        row('state', 'is not distinct from', from.state),
        ...(from.epoch === undefined ? [] : [row('epoch', '=', from.epoch)]),
        ...(from.job_id === undefined ? [] : [row('job_id', '=', from.job_id)]),
      ]),
    )
    .$if(skipLocked ?? false, (query) => query.where('id', 'in', unlocked(tx, from.id)))
    .returningAll();
  const more = also ? sql`, more as (${also})` : sql``;
  const { rows } = await sql<LockedRun>`
    with moved as (${update}), stored as (${storedAfter('moved', told.map(ofNobody))})${more}
    select moved.*, ${tellAll('moved', [RUNS_CHANNEL])} from moved`.execute(tx);
  return rows[0] ?? null;
}

function unlocked(tx: Tx, id: string) {
  return tx.selectFrom('runs').select('id').where('id', '=', id).forNoKeyUpdate().skipLocked();
}

function illegal({ id, state }: MoveFrom, { to }: Move) {
  return runyardError('run.illegal-transition', { run: id, from: state, to });
}

function ofNobody(event: NewEvent): OriginatedEvent {
  return { event, origin: null };
}

/** Appends events that nodes must act on: besides those who follow the run, every node is woken at the commit. */
export async function announce(tx: Tx, runId: string, events: readonly NewEvent[]): Promise<void> {
  await insertEvents(tx, { runId, events: events.map(ofNobody), alsoTell: [RUNS_CHANNEL] });
}

/** What the state that is left had for itself. */
function left(from: RunState, to: RunState): UpdateObject<Database, 'runs'> {
  const job = to === 'starting' || to === 'running' ? {} : { job_id: null };
  if (from === 'starting') return { ...job, start_deadline_at: null };
  if (from === 'waiting') return { ...job, wait_reason: null, wait_until: null, wait_detail: null };
  if (from !== 'running') return job;
  return {
    ...job,
    job_attempt: null,
    owner: null,
    node_id: null,
    claimed_at: null,
    lease_expires_at: null,
    deadline_at: null,
    owned_ms: OWNED_SO_FAR,
  };
}

/** Time after the end of a lease is nobody's: the deadline of a run counts owned time only. */
const OWNED_SO_FAR = sql<number>`
  owned_ms + greatest(0, extract(epoch from least(runyard_now(), lease_expires_at) - claimed_at) * 1000)::bigint`;
