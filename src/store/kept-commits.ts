import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** A commit of a run that was kept in a bundle. */
export interface KeptCommit {
  readonly commit: string;
  readonly bundle: string;
  readonly baseCommit: string;
}

/** Those of all checkpoints, the newest first. */
export async function keptCommits(db: Db, runId: string): Promise<KeptCommit[]> {
  const { rows } = await sql<KeptCommit>`
    select checkpoint #>> '{candidate,commit}' as commit, checkpoint #>> '{candidate,bundle}' as bundle,
      checkpoint ->> 'baseCommit' as "baseCommit"
    from checkpoints where run_id = ${runId} and jsonb_typeof(checkpoint -> 'candidate') = 'object'
    order by number desc`.execute(db);
  return rows;
}
