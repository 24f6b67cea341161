import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Delivery } from '../domain/run.ts';
import type { Db } from './schema.ts';
import { toJson } from './to-json.ts';

export interface DeliveryRecord {
  readonly runId: string;
  readonly epoch: number;
  readonly delivery: Delivery;
}

/** Writes what reached the source repository into the run. Only its owner can: any other epoch throws `run.stale-owner`. */
export async function recordDelivery(db: Db, { runId, epoch, delivery }: DeliveryRecord): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set({ delivery: toJson(delivery) })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .where('epoch', '=', epoch)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw runyardError('run.stale-owner', { run: runId, epoch });
}
