import { sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Db, EffectState } from './schema.ts';
import { toJson } from './to-json.ts';

export interface NewEffect {
  /** Equal for the same effect asked for again: it happens once. */
  readonly key: string;
  readonly runId: string;
  readonly epoch: number;
  readonly kind: string;
  readonly request: object;
}

export interface Effect {
  readonly state: EffectState;
  /** What `finishEffect` stored; validate it, it may be of an older version. */
  readonly result: unknown;
}

/**
 * Writes down that an outward effect is about to happen. `pending`: do it, then call `finishEffect`; it may have happened already if
 * an earlier owner died in between, so it must be idempotent. `done`: it happened, `result` says how. A failed one is pending again.
 * Only the owner of the run can: any other epoch throws `run.stale-owner` (X3).
 */
export async function beginEffect(db: Db, effect: NewEffect): Promise<Effect> {
  const { key, runId, epoch, kind, request } = effect;
  const { rows } = await sql<Effect>`
    with owned as (
      select id from runs where id = ${runId} and state = 'running' and epoch = ${epoch} for no key update
    )
    insert into outbox_effects as effect (key, run_id, epoch, kind, request)
    select ${key}, id, ${epoch}, ${kind}, ${toJson(request)} from owned
    on conflict (key) do update set
      epoch = excluded.epoch,
      request = case when effect.state = 'done' then effect.request else excluded.request end,
      state = case when effect.state = 'done' then 'done' else 'pending' end,
      result = case when effect.state = 'done' then effect.result end,
      finished_at = case when effect.state = 'done' then effect.finished_at end
    where effect.run_id = excluded.run_id
    returning effect.state, effect.result`.execute(db);
  const [row] = rows;
  if (!row) throw runyardError('run.stale-owner', { run: runId, epoch });
  return row;
}

export interface FinishedEffect {
  readonly key: string;
  readonly state: 'done' | 'failed';
  readonly result: unknown;
  /** The epoch of the caller; given, a later owner that took the effect over refuses the earlier one. */
  readonly epoch?: number;
}

/**
 * Writes down how it went. The epoch that began it must still own the run, or `run.stale-owner` is thrown and nothing is written: then
 * the next owner begins the effect again and finds out.
 */
export async function finishEffect(db: Db, { key, state, result, epoch }: FinishedEffect): Promise<void> {
  const { rows } = await sql<{ run_id: string; epoch: number; owned: boolean }>`
    select effect.run_id, effect.epoch, runs.state = 'running' and runs.epoch = effect.epoch as owned
    from outbox_effects as effect join runs on runs.id = effect.run_id
    where effect.key = ${key}
    for no key update`.execute(db);
  const [effect] = rows;
  if (!effect?.owned || (epoch !== undefined && epoch !== effect.epoch)) {
    throw runyardError('run.stale-owner', { run: effect?.run_id ?? key, epoch: epoch ?? effect?.epoch ?? 0 });
  }
  await db
    .updateTable('outbox_effects')
    .set({ state, result: toJson(result ?? null), finished_at: sql<Date>`runyard_now()` })
    .where('key', '=', key)
    .where('epoch', '=', effect.epoch)
    .execute();
}

/** What was asked for under this key, if it happened or may have happened; null for an effect that nobody began, or that failed. */
export async function begunRequest(db: Db, key: string): Promise<unknown> {
  const row = await db
    .selectFrom('outbox_effects')
    .select('request')
    .where('key', '=', key)
    .where('state', 'in', ['pending', 'done'])
    .executeTakeFirst();
  return row?.request ?? null;
}
