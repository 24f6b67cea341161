import { addMs } from '../lib/deadline.ts';
import { databaseNow } from '../store/database-now.ts';
import type { Tx } from '../store/schema.ts';
import type { LockedRun } from './lock-run.ts';
import { moveRun } from './move-run.ts';

/** What a run waited for is there: it queues again, with the whole time a run may queue. */
export async function requeue(tx: Tx, run: LockedRun): Promise<LockedRun> {
  const expiresAt = addMs(await databaseNow(tx), run.spec.limits.queueMs);
  return moveRun(tx, run, { to: 'queued', set: { expires_at: expiresAt } });
}
