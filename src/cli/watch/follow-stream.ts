import { setTimeout as delay } from 'node:timers/promises';
import type { Streamed } from '../../api/client.ts';
import { RunyardError } from '../../domain/errors/runyard-error.ts';
import type { Session } from '../connect.ts';

export interface FollowStream {
  readonly repository?: string | undefined;
  readonly signal: AbortSignal;
  readonly onMessage: (message: Streamed) => void;
  /** It is asked again after a while; `problem` is why it has to be, as a line for people. */
  readonly onLost: (problem: string) => void;
}

const MOST_TIMES_LOST = 10;
const PAUSE_MS = 200;
/** After a refusal that does not say when to come back. */
const REFUSED_PAUSE_MS = 2_000;

/** Passes on what the stream says until the signal. Survives a control plane that goes away, and one that has no time for it, and misses nothing then. */
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
      await pause(PAUSE_MS, signal);
    } catch (error) {
      const problem = passingProblem(error);
      if (problem === null) throw error;
      const gone = isGone(error);
      if (gone && ++lost > MOST_TIMES_LOST) throw error;
      onLost(problem);
      await pause(gone ? PAUSE_MS * lost : refusedPauseMs(error), signal);
      if (gone && !signal.aborted) await session.reconnect();
    }
  }
}

/** What to tell of an error after which the same request may succeed; null: it will not. */
export function passingProblem(error: unknown): string | null {
  if (!(error instanceof RunyardError) || error.kind !== 'retryable') return null;
  if (isGone(error)) return 'The control plane went away; looking for another one.';
  return `Asking again soon. ${error.text.what} ${error.text.why}`;
}

function isGone(error: unknown): boolean {
  return error instanceof RunyardError && error.code === 'cli.control-plane-unreachable';
}

function refusedPauseMs(error: unknown): number {
  const seconds = error instanceof RunyardError ? error.fields['retryAfterSeconds'] : undefined;
  return typeof seconds === 'number' ? seconds * 1000 : REFUSED_PAUSE_MS;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}
