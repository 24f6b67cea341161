import type { Run, RunSpec } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { acceptRun } from '../queue/accept-run.ts';
import type { Queue } from '../queue/queue.ts';

export interface SubmitRequest {
  readonly spec: RunSpec;
  /** The same key makes one run, however often it is sent (Q7). */
  readonly idempotencyKey: string | null;
  readonly by: string;
  readonly maxQueued: number;
  /** What is doubtful about it, kept as events of the run. */
  readonly warnings: readonly string[];
  /** The run that had the same spec before. */
  readonly retryOf?: string;
}

/** Accepts a ticket as a run, or refuses it for load. What is accepted is stored before this resolves. */
export async function submitRun(
  queue: Queue,
  { warnings, ...request }: SubmitRequest,
): Promise<{ run: Run; created: boolean }> {
  const accepted = await acceptRun(queue, request);
  if (accepted.created && warnings.length > 0) {
    const events = warnings.map(
      (message) => ({ type: 'run.warning', data: { code: 'accepted', message } }) as const,
    );
    await queue.store.db.transaction().execute((tx) => appendEvents(tx, accepted.run.id, events));
  }
  return accepted;
}
