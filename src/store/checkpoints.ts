import { sql } from 'kysely';
import { type Checkpoint, checkpointSchema } from '../domain/checkpoint.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Db } from './schema.ts';
import { toJson } from './to-json.ts';

export interface NewCheckpoint {
  readonly runId: string;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
}

/** Stores where a run stands. Only its owner can: any other epoch is answered with `run.stale-owner`. */
export async function saveCheckpoint(db: Db, { runId, epoch, checkpoint }: NewCheckpoint): Promise<void> {
  const { numAffectedRows } = await sql`
    with owned as (
      select id from runs where id = ${runId} and state = 'running' and epoch = ${epoch} for no key update
    )
    insert into checkpoints (run_id, epoch, checkpoint)
    select id, ${epoch}, ${toJson(checkpoint)} from owned`.execute(db);
  if (numAffectedRows !== 1n) throw runyardError('run.stale-owner', { run: runId, epoch });
}

/** The newest one, or null for a run that finished nothing yet. */
export async function latestCheckpoint(db: Db, runId: string): Promise<Checkpoint | null> {
  const row = await db
    .selectFrom('checkpoints')
    .select('checkpoint')
    .where('run_id', '=', runId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? checkpointSchema.parse(row.checkpoint) : null;
}

/** All of them, the newest first. */
export async function listCheckpoints(db: Db, runId: string): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('checkpoints')
    .select('checkpoint')
    .where('run_id', '=', runId)
    .orderBy('number', 'desc')
    .execute();
  return rows.map((row) => checkpointSchema.parse(row.checkpoint));
}
