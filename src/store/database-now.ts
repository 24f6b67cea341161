import { sql } from 'kysely';
import type { Db } from './schema.ts';

/** The time all leases and deadlines are measured by. Nodes' own clocks may differ; this one is the same for all. */
export async function databaseNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select runyard_now() as now`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('select runyard_now() gave no row');
  return row.now;
}
