import { markSeen } from '../store/needs-attention.ts';
import type { Tx } from '../store/schema.ts';
import { appendEvents } from './append-events.ts';

/** Writes into the events of the old run that it was retried as `run`, and that somebody has seen it. */
export async function tellRetried(
  tx: Tx,
  { of, run, by }: { of: string; run: string; by: string },
): Promise<void> {
  await appendEvents(tx, of, [{ type: 'run.retried', data: { run, by } }]);
  await markSeen(tx, of, by);
}
