import type { Run } from '../domain/run.ts';
import { endsByItself, isTerminal } from '../domain/run-state.ts';

/** Ended, or nothing happens before a person decides. A run that waits for its provider goes on by itself. */
export function isSettled({ state, waitReason }: Pick<Run, 'state' | 'waitReason'>): boolean {
  return isTerminal(state) || (state === 'waiting' && !endsByItself(waitReason));
}
