import type { RunState } from '../domain/run-state.ts';
import type { Db } from './schema.ts';

export interface RunOwner {
  readonly state: RunState;
  readonly epoch: number;
  readonly nodeId: string | null;
  readonly endedAt: Date | null;
}

/** Who has these runs; those that do not exist are left out. */
export async function findRunOwners(db: Db, runIds: readonly string[]): Promise<Map<string, RunOwner>> {
  if (runIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'state', 'epoch', 'node_id as nodeId', 'ended_at as endedAt'])
    .where('id', 'in', [...new Set(runIds)])
    .execute();
  return new Map(rows.map(({ id, ...owner }) => [id, owner]));
}
