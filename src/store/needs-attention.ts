import { sql } from 'kysely';
import type { RunState, WaitReason } from '../domain/run-state.ts';
import type { Stage } from '../domain/stage.ts';
import type { Db } from './schema.ts';
import { toText } from './to-json.ts';

/** A run that a person should look at. */
export interface Attention {
  readonly kind: 'decide' | 'failed' | 'parked';
  readonly id: string;
  readonly ticket: string | null;
  readonly title: string;
  readonly repository: string;
  readonly state: RunState;
  readonly stage: Stage | null;
  readonly waitReason: WaitReason | null;
  readonly reason: string;
  readonly what: string;
  readonly since: Date;
  readonly until: Date | null;
}

export interface AttentionWindow {
  readonly since: Date;
  readonly until: Date;
  /** Of each kind. */
  readonly limit: number;
}

export interface NeedsAttention {
  readonly runs: readonly Attention[];
  readonly totals: Readonly<Record<Attention['kind'], number>>;
}

/** Waiting runs, those that end first at the top; then what failed in the window and nobody has seen, the newest first. */
export async function needsAttention(db: Db, window: AttentionWindow): Promise<NeedsAttention> {
  const [decide, parked, failed, totals] = await Promise.all([
    waiting(db, 'decide', window.limit),
    waiting(db, 'parked', window.limit),
    unseenFailures(db, window),
    countAll(db, window),
  ]);
  return { runs: [...decide, ...failed, ...parked], totals };
}

/** Says that somebody looked at a run that ended. The first to say so is kept. */
export async function markSeen(db: Db, runId: string, by: string): Promise<{ by: string; at: Date }> {
  await db
    .insertInto('run_seen')
    .values({ run_id: runId, by: toText(by) })
    .onConflict((conflict) => conflict.column('run_id').doNothing())
    .execute();
  return db.selectFrom('run_seen').select(['by', 'at']).where('run_id', '=', runId).executeTakeFirstOrThrow();
}

const common = sql`
  runs.id, spec -> 'ticket' ->> 'key' as ticket, spec -> 'ticket' ->> 'title' as title, runs.repository, runs.state, runs.stage,
  runs.wait_reason as "waitReason"`;

const parkedOnes = sql`state = 'waiting' and wait_reason in ('quota', 'breaker')`;
const decisions = sql`state = 'waiting' and wait_reason not in ('quota', 'breaker')`;

/** Since when it waits says its last change of state, one of its newest events. */
async function waiting(db: Db, kind: 'decide' | 'parked', limit: number): Promise<Attention[]> {
  const { rows } = await sql<Omit<Attention, 'kind'> & { created_at: Date }>`
    select found.*, coalesce(changed.at, found.created_at) as since from (
      select ${common}, wait_reason as reason, coalesce(wait_detail ->> 'reason', wait_reason) as what, wait_until as until, created_at
      from runs where ${kind === 'decide' ? decisions : parkedOnes}
      order by wait_until, id limit ${limit}
    ) as found
    left join lateral (
      select at from run_events where run_id = found.id and type = 'run.state-changed' order by seq desc limit 1
    ) as changed on true
    order by found.until, found.id`.execute(db);
  return rows.map(({ created_at: _created, ...row }) => ({ ...row, kind }));
}

function unseen({ since, until }: AttentionWindow) {
  return sql`ended_at >= ${since} and ended_at <= ${until} and outcome in ('failed', 'timed_out')
    and not exists (select from run_seen where run_seen.run_id = runs.id)`;
}

async function unseenFailures(db: Db, window: AttentionWindow): Promise<Attention[]> {
  const { rows } = await sql<Omit<Attention, 'kind'>>`
    select ${common}, error ->> 'code' as reason, error ->> 'what' as what, ended_at as since, null::timestamptz as until
    from runs where ${unseen(window)}
    order by ended_at desc limit ${window.limit}`.execute(db);
  return rows.map((row) => ({ ...row, kind: 'failed' as const }));
}

async function countAll(db: Db, window: AttentionWindow): Promise<NeedsAttention['totals']> {
  const { rows } = await sql<{ decide: number; parked: number; failed: number }>`
    select
      (select count(*)::int from runs where ${decisions}) as decide,
      (select count(*)::int from runs where ${parkedOnes}) as parked,
      (select count(*)::int from runs where ${unseen(window)}) as failed`.execute(db);
  return rows[0] ?? { decide: 0, parked: 0, failed: 0 };
}
