import type { Run, RunSpec } from '../domain/run.ts';
import { appendEvents } from '../events/append-events.ts';
import { type Acceptance, acceptRun } from '../queue/accept-run.ts';
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
  readonly alongside?: Acceptance['alongside'];
}

/** Accepts a ticket as a run, or refuses it for load. What is accepted is stored before this resolves, all of it or nothing. */
export async function submitRun(
  queue: Queue,
  { warnings, alongside, ...request }: SubmitRequest,
): Promise<{ run: Run; created: boolean }> {
  // Without any it is one statement, which nearly every run is.
  if (warnings.length === 0) return acceptRun(queue, { ...request, alongside });
  const events = warnings.map(
    (message) => ({ type: 'run.warning', data: { code: 'accepted', message } }) as const,
  );
  return acceptRun(queue, {
    ...request,
    async alongside(tx, run) {
      await appendEvents(tx, run, events);
      await alongside?.(tx, run);
    },
  });
}
