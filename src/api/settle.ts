import type { Run } from '../domain/run.ts';
import type { WorkerEvents } from '../events/append-worker-events.ts';
import { addMs } from '../lib/deadline.ts';
import type { SettleRequest } from '../protocol/worker.ts';
import { parkForProvider } from '../queue/park-for-provider.ts';
import { parkRun } from '../queue/park-run.ts';
import { settleRun } from '../queue/settle-run.ts';
import { databaseNow } from '../store/database-now.ts';
import type { ApiDependencies } from './dependencies.ts';

export interface Settlement {
  readonly run: Run;
  readonly epoch: number;
  readonly request: SettleRequest;
  readonly events: WorkerEvents['events'];
}

/** Writes what a worker asks for: an end, or a wait with a deadline. */
export async function settle(
  { queue, breakers }: ApiDependencies,
  { run, epoch, request, events }: Settlement,
): Promise<Run> {
  const owner = { runId: run.id, epoch };
  if (request.outcome === 'waiting') {
    const waitMs = request.waitMs ?? run.spec.limits.approvalMs;
    const waitUntil = addMs(await databaseNow(queue.store.db), waitMs);
    return parkRun(queue, { ...owner, reason: request.reason, waitUntil, detail: request.detail, events });
  }
  if (request.outcome === 'parked') {
    const { trouble, cause, attempts } = request;
    const { pauseMs } = breakers;
    return parkForProvider(queue, { ...owner, trouble, cause, pauseMs, attempts, events });
  }
  const error = request.outcome === 'succeeded' ? null : request.error;
  const { outcome, attempts } = request;
  return settleRun(queue, { ...owner, outcome, error, delivery: run.delivery, attempts, events });
}
