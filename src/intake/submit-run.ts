import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run, RunSpec } from '../domain/run.ts';
import { acceptRun } from '../queue/accept-run.ts';
import type { Queue } from '../queue/queue.ts';
import { countRuns } from '../store/runs.ts';

export interface SubmitRequest {
  readonly spec: RunSpec;
  /** The same key makes one run, however often it is sent (Q7). */
  readonly idempotencyKey: string | null;
  readonly by: string;
  readonly maxQueued: number;
}

const RETRY_AFTER_SECONDS = 30;

/** Accepts a ticket as a run, or refuses it for load. What is accepted is stored before this resolves. */
export async function submitRun(
  queue: Queue,
  request: SubmitRequest,
): Promise<{ run: Run; created: boolean }> {
  const queued = await countRuns(queue.store.db, ['queued']);
  if (queued >= request.maxQueued) {
    const limit = request.maxQueued;
    throw runyardError('api.queue-full', { queued, limit, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  const { spec, idempotencyKey, by } = request;
  return acceptRun(queue, { spec, idempotencyKey, by });
}
