import { setTimeout as delay } from 'node:timers/promises';
import type { Streamed } from '../../api/client.ts';
import { RunyardError } from '../../domain/errors/runyard-error.ts';
import type { Session } from '../connect.ts';

export interface FollowStream {
  readonly repository?: string | undefined;
  readonly signal: AbortSignal;
  readonly onMessage: (message: Streamed) => void;
  /** The control plane went away and is looked for again. */
  readonly onLost: () => void;
}

const MOST_TIMES_LOST = 10;
const PAUSE_MS = 200;

/** Passes on what the stream says until the signal. Survives a control plane that goes away, and misses nothing then. */
export async function followStream(session: Session, follow: FollowStream): Promise<void> {
  const { repository, signal, onMessage, onLost } = follow;
  let after: string | null = null;
  let lost = 0;
  while (!signal.aborted && !session.closed) {
    try {
      const about = repository === undefined ? {} : { repository };
      for await (const message of session.api.stream({ ...about, after, signal })) {
        lost = 0;
        after = message.id;
        onMessage(message);
      }
      if (!signal.aborted) await delay(PAUSE_MS);
    } catch (error) {
      const gone = error instanceof RunyardError && error.code === 'cli.control-plane-unreachable';
      if (!gone || ++lost > MOST_TIMES_LOST) throw error;
      onLost();
      await delay(PAUSE_MS * lost);
      if (!signal.aborted) await session.reconnect();
    }
  }
}
