import type { ErrorData } from './errors/runyard-error.ts';
import type { RunState } from './run-state.ts';

/** A run that ended, as far as a streak of failures is concerned. */
export interface EndedRun {
  readonly id: string;
  readonly state: RunState;
  readonly error: Pick<ErrorData, 'code' | 'what'> | null;
}

export interface RepeatedFailures {
  readonly code: string;
  readonly what: string;
  /** The oldest first. */
  readonly runs: readonly string[];
  /** The same for the same streak, however long it gets. */
  readonly occurrence: string;
}

/** More than this many in a row are told. */
const TOLERATED = 5;

/**
 * Whether the last runs all failed of one cause. `ended` has the newest first. What a person cancelled says nothing of the cause and is passed over.
 * A streak that fills all of `ended` is taken for one that was told before: its beginning is not known.
 */
export function decideRepeatedFailures(ended: readonly EndedRun[]): RepeatedFailures | null {
  const telling = ended.filter(({ state }) => state !== 'cancelled');
  const error = telling[0]?.error;
  if (!error) return null;
  const end = telling.findIndex((run) => run.error?.code !== error.code);
  if (end === -1 && ended.length >= LAST_ENDED) return null;
  const streak = telling.slice(0, end === -1 ? telling.length : end).toReversed();
  const [first] = streak;
  if (!first || streak.length <= TOLERATED) return null;
  const { code, what } = error;
  return { code, what, runs: streak.map(({ id }) => id), occurrence: `${code} since ${first.id}` };
}

/** How many of the last runs are looked at. */
export const LAST_ENDED = 100;
