import { setTimeout as delay } from 'node:timers/promises';
import type { EventView } from '../api/contract.ts';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import type { Session } from './connect.ts';

export interface FollowOptions {
  readonly runId: string;
  /** The last event already seen. */
  readonly after: number;
  readonly onEvent: (event: EventView) => void;
  /** Called when the control plane went away and is looked for again. */
  readonly onReconnect: () => void;
  /** Called when there is a control plane again. */
  readonly onReconnected?: () => void;
}

const LONG_POLL_MS = 20_000;
const MOST_RECONNECTS = 10;

/** Passes on a run's events until it has ended or waits for a person. Survives a control plane that goes away. */
export async function followRun(session: Session, options: FollowOptions): Promise<number> {
  const { runId, onEvent, onReconnect, onReconnected } = options;
  let after = options.after;
  let lost = 0;
  while (!session.closed) {
    try {
      const { events, ended } = await session.api.events(runId, { after, waitMs: LONG_POLL_MS });
      lost = 0;
      for (const event of events) {
        onEvent(event);
        after = event.seq;
      }
      if (ended) break;
    } catch (error) {
      if (session.closed) break;
      const gone = error instanceof RunyardError && error.code === 'cli.control-plane-unreachable';
      if (!gone || ++lost > MOST_RECONNECTS) throw error;
      onReconnect();
      await delay(100 * lost);
      await session.reconnect();
      if (!session.closed) onReconnected?.();
    }
  }
  return after;
}
