import type { WorkerEvents } from '../events/append-worker-events.ts';
import { reportOutcome } from '../queue/report-outcome.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Tells the breakers of agents how their attempts went. A fault here is none of the worker's. */
export async function reportAttempts(
  { queue, breakers, onUnexpected }: Pick<ApiDependencies, 'queue' | 'breakers' | 'onUnexpected'>,
  events: WorkerEvents['events'],
): Promise<void> {
  for (const { event } of events) {
    if (event.type !== 'attempt.finished' || event.data.agent === undefined) continue;
    const { agent, idle, error, durationMs } = event.data;
    const outcome =
      idle && error
        ? ({ kind: 'failure', cause: error, retryAfterMs: null } as const)
        : ({ kind: 'success', since: new Date(Date.now() - durationMs) } as const);
    await reportOutcome(queue, { key: `agent:${agent}`, outcome, policy: breakers }).catch((fault: unknown) =>
      onUnexpected(fault, `the breaker of agent ${agent}`),
    );
  }
}
