import { sql } from 'kysely';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Owner } from './lock-run.ts';
import type { Queue } from './queue.ts';

/**
 * Makes sure, by the database's time, that the lease lasts for `leaseMs` from now, and that it is still this epoch's: else
 * `run.stale-owner` is thrown. For whoever acts for a run and not as its worker: it tells nothing of progress.
 */
export async function renewLease(
  { store }: Queue,
  { runId, epoch, leaseMs }: Owner & { readonly leaseMs: number },
): Promise<void> {
  const lasting = sql<Date>`greatest(lease_expires_at, runyard_now() + ${leaseMs} * interval '1 ms')`;
  const { numUpdatedRows } = await store.db
    .updateTable('runs')
    .set({ lease_expires_at: lasting })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw runyardError('run.stale-owner', { run: runId, epoch });
}
