import { sql } from 'kysely';
import { markSeen } from '../store/needs-attention.ts';
import type { Store } from '../store/store.ts';
import { appendEvents } from './append-events.ts';

/** Writes once into the events of the old run that it was retried as `run`, and that somebody has seen it. */
export async function tellRetried(
  db: Store['db'],
  { of, run, by }: { of: string; run: string; by: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Whoever tells the same at the same time waits here, and then finds it told.
    await tx.selectFrom('runs').select('id').where('id', '=', of).forNoKeyUpdate().execute();
    const told = await tx
      .selectFrom('run_events')
      .select('seq')
      .where('run_id', '=', of)
      .where('type', '=', 'run.retried')
      .where(sql<boolean>`data ->> 'run' = ${run}`)
      .executeTakeFirst();
    if (!told) await appendEvents(tx, of, [{ type: 'run.retried', data: { run, by } }]);
    await markSeen(tx, of, by);
  });
}
