import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { isTerminal } from '../domain/run-state.ts';
import { tellRetried } from '../events/tell-retried.ts';
import type { Queue } from '../queue/queue.ts';
import { submitRun } from './submit-run.ts';

export interface RetryRequest {
  readonly of: Run;
  /** The same key makes one run of each run it is used with. */
  readonly idempotencyKey: string | null;
  readonly by: string;
  readonly maxQueued: number;
  readonly warnings: readonly string[];
}

/**
 * Accepts a new run with the spec of one that has ended, limits included. Both tell of each other, and the old one counts as seen. Throws
 * `run.not-ended`.
 */
export async function retryRun(
  queue: Queue,
  { of, idempotencyKey, by, ...rest }: RetryRequest,
): Promise<{ run: Run; created: boolean }> {
  if (!isTerminal(of.state)) throw runyardError('run.not-ended', { run: of.id, state: of.state });
  const key = idempotencyKey === null ? null : `retry:${of.id}:${idempotencyKey}`;
  return submitRun(queue, {
    spec: of.spec,
    idempotencyKey: key,
    by,
    ...rest,
    retryOf: of.id,
    alongside: (tx, run) => tellRetried(tx, { of: of.id, run, by }),
  });
}
