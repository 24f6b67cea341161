import { hostname } from 'node:os';
import { appendSystemEvent } from '../events/append-system-event.ts';
import { formatDuration } from '../lib/deadline.ts';
import type { Driver } from './drive.ts';
import type { Foundation } from './foundation.ts';

export interface DrainRequest {
  readonly limitMs: number;
  /** Aborts: do not wait any longer. */
  readonly hurry: AbortSignal;
  readonly onLog: (line: string) => void;
}

export interface DrainingNode {
  driver: Driver | null;
  /** Whether it takes new runs. */
  accepting: boolean;
}

/**
 * States: accepting → draining → drained (no run of this node in flight) or cut short (limit, `hurry`). It never takes runs again: what follows
 * is the stop, which hands over what is left.
 */
export async function drainNode(
  node: DrainingNode,
  { folder, store, onError }: Foundation,
  { limitMs, hurry, onLog }: DrainRequest,
): Promise<void> {
  node.accepting = false;
  const { driver } = node;
  if (!driver) return;
  const until = AbortSignal.any([hurry, AbortSignal.timeout(limitMs)]);
  let first = true;
  let left = 0;
  await driver.drain({
    until,
    onLeft(count) {
      left = count;
      if (first && count > 0) tell(count);
      if (!first || count > 0) onLog(describeLeft(count, first ? limitMs : null));
      first = false;
    },
  });
  if (left > 0 && !hurry.aborted) {
    onLog(
      `The limit of ${formatDuration(limitMs)} is over with ${describeRuns(left)} in flight; their work is saved and handed over.`,
    );
  }

  function tell(count: number): void {
    const host = hostname();
    const message = `Node ${folder.nodeId} on ${host} was asked to end. It takes no new runs and lets ${describeRuns(count)} go on for at most ${formatDuration(limitMs)}.`;
    const data = { message, host, pid: process.pid, left: count, limitMs };
    appendSystemEvent(store.db, { type: 'node.draining', subject: `node:${folder.nodeId}`, data }).catch(
      (error: unknown) => onError(error, 'telling that this node drains'),
    );
  }
}

function describeLeft(count: number, limitMs: number | null): string {
  if (count === 0) return 'The last run in flight is over.';
  const limit = limitMs === null ? '' : `, for at most ${formatDuration(limitMs)}`;
  return `Waiting for ${describeRuns(count)} in flight${limit}.`;
}

function describeRuns(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`;
}
