import type { Selectable } from 'kysely';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { selectRuns, toRun } from '../store/run-rows.ts';
import type { Database, Tx } from '../store/schema.ts';

/** A run's row, locked until the transaction ends. */
export type LockedRun = Selectable<Database['runs']>;

/** Who claims to own a run. */
export interface Owner {
  readonly runId: string;
  readonly epoch: number;
}

export async function lockRun(tx: Tx, runId: string): Promise<LockedRun> {
  const run = await lockRunIfThere(tx, runId);
  if (!run) throw runyardError('run.not-found', { run: runId });
  return run;
}

export async function lockRunIfThere(tx: Tx, runId: string): Promise<LockedRun | null> {
  const query = tx.selectFrom('runs').selectAll().where('id', '=', runId).forNoKeyUpdate();
  return (await query.executeTakeFirst()) ?? null;
}

/** The fence: whoever does not own the run any more gets `run.stale-owner`, and writes nothing (Q5). */
export async function lockOwned(tx: Tx, owner: Owner): Promise<LockedRun> {
  return checkOwner(await lockRunIfThere(tx, owner.runId), owner);
}

export function checkOwner<Row extends LockedRun>(run: Row | null, owner: Owner): Row {
  if (run?.state !== 'running' || run.epoch !== owner.epoch) throw staleOwner(owner);
  return run;
}

function staleOwner({ runId, epoch }: Owner): RunyardError {
  return runyardError('run.stale-owner', { run: runId, epoch });
}

/** The run as it stands now in this transaction. */
export async function currentRun(tx: Tx, runId: string): Promise<Run> {
  return toRun(await selectRuns(tx).where('runs.id', '=', runId).executeTakeFirstOrThrow());
}
