import { sql } from 'kysely';
import { type ErrorData, runyardError, toErrorData } from '../domain/errors/runyard-error.ts';
import type { NewEvent } from '../domain/events.ts';
import type { Delivery, StopIntent } from '../domain/run.ts';
import type { Tx } from '../store/schema.ts';
import { toJson } from '../store/to-json.ts';
import { toCost, toUsage, type UsageSums, usageSums } from '../store/usage-sums.ts';
import { checkOwner, type LockedRun, type Owner } from './lock-run.ts';
import { moveRun } from './move-run.ts';
import type { Queue } from './queue.ts';
import { dropJob } from './run-job.ts';

export type Ending =
  | { readonly outcome: 'succeeded'; readonly delivery: Delivery; readonly attempts?: number }
  | {
      readonly outcome: 'failed' | 'cancelled' | 'timed_out';
      readonly error: ErrorData;
      readonly attempts?: number;
    };

/** What its model calls come to, and the time of the database. */
export type Totals = UsageSums & { readonly now: Date };

/** Ends a run in whatever state it is: totals summed from its model calls, its job gone, never null for an ended run (O1). */
export async function endRun(
  { boss }: Pick<Queue, 'boss'>,
  tx: Tx,
  end: { run: LockedRun; ending: Ending; totals?: Totals },
): Promise<LockedRun> {
  const { run } = end;
  const late = staysDelivered(run, end.ending);
  const ending = late ?? end.ending;
  const { now, ...seen } = end.totals ?? (await readTotals(tx, run.id));
  const attempts = ending.attempts ?? run.attempt;
  const sums = (await paidUnseen(tx, run)) ? { ...seen, cost_status: 'unknown' as const } : seen;
  const summary = { usage: toUsage(sums), cost: toCost(sums), attempts };
  await dropJob(boss, tx, run);
  return moveRun(tx, run, {
    to: ending.outcome,
    set: {
      ...sums,
      attempts,
      outcome: ending.outcome,
      ended_at: now,
      duration_ms: Math.max(0, now.getTime() - (run.started_at ?? now).getTime()),
      ...(ending.outcome === 'succeeded' ? { delivery: toJson(ending.delivery) } : {}),
    },
    ...(ending.outcome === 'succeeded' ? {} : { error: ending.error }),
    events: [...(late ? [cameTooLate(end.ending)] : []), { type: 'run.summary', data: summary }],
  });
}

/** What was delivered stays delivered: a stop that comes after it does not make the run look as if nothing had happened. */
function staysDelivered(run: LockedRun, { outcome, attempts }: Ending): Ending | null {
  const canSucceed = run.state === 'running' || run.state === 'waiting';
  if (outcome === 'succeeded' || !run.delivery || !canSucceed) return null;
  return { outcome: 'succeeded', delivery: run.delivery, ...(attempts === undefined ? {} : { attempts }) };
}

function cameTooLate(ending: Ending): NewEvent {
  const what = ending.outcome === 'succeeded' ? '' : ending.error.what;
  const message = `The commit was already delivered when this came: ${what} Undo it with runyard rollback.`;
  return { type: 'run.warning', data: { code: 'delivered', message } };
}

/** How a run ends that somebody asked to stop. */
export function stopEnding(run: LockedRun, { mode, by, reason }: StopIntent): Ending {
  if (mode === 'cancel') {
    return { outcome: 'cancelled', error: toErrorData(runyardError('run.cancelled', { by, reason })) };
  }
  const fields = { limit: 'run', limitMs: run.spec.limits.runMs, stage: run.stage ?? 'prepare' };
  return { outcome: 'timed_out', error: toErrorData(runyardError('run.deadline-exceeded', fields)) };
}

/** Whether an agent that brings its own model was at work without a call that was seen here. */
async function paidUnseen(tx: Tx, { id, spec }: LockedRun): Promise<boolean> {
  if (spec.ladder.every(({ model }) => model !== null)) return false;
  const { rows } = await sql`
    select 1 from run_events as started
    where run_id = ${id} and type = 'attempt.started' and data ->> 'model' is null and not exists (
      select 1 from model_calls as calls
      where calls.run_id = ${id} and calls.epoch = started.epoch and calls.attempt = (started.data ->> 'attempt')::int
        and calls.stage <> 'plan')
    limit 1`.execute(tx);
  return rows.length > 0;
}

async function readTotals(tx: Tx, runId: string): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select ${usageSums}, runyard_now() as now from model_calls where run_id = ${runId}`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('an aggregate gave no row');
  return row;
}

/** The fence of `lockOwned`, and the run's totals with it: one statement, because every run pays for it. */
export async function lockOwnedWithTotals(tx: Tx, owner: Owner): Promise<{ run: LockedRun; totals: Totals }> {
  const { rows } = await sql<LockedRun & { totals: UsageSums; at: Date }>`
    select runs.*, runyard_now() as at,
      (select to_json(sums) from (select ${usageSums} from model_calls where run_id = runs.id) as sums) as totals
    from runs where id = ${owner.runId} for no key update of runs`.execute(tx);
  const [row] = rows;
  const { totals, at, ...run } = checkOwner(row ?? null, owner);
  return { run, totals: { ...totals, now: at } };
}
