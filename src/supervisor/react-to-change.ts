import type { Run } from '../domain/run.ts';

/** What a worker's node does when it hears that the run changed. */
export type Reaction = 'leave' | 'stop' | 'end';

/**
 * `epoch` is the worker's own. News of an earlier one was read before this worker had the run, such as by the request that accepted it;
 * whoever ended the worker on it would end a run that goes well.
 */
export function reactToChange(
  { epoch: current, state, stopIntent }: Pick<Run, 'epoch' | 'state' | 'stopIntent'>,
  epoch: number,
): Reaction {
  if (current < epoch) return 'leave';
  // A later epoch must not meet this worker; given back without a new owner, it is lost just as well.
  if (current > epoch || state === 'starting') return 'end';
  if (state === 'running') return stopIntent ? 'stop' : 'leave';
  // Its own settlement lets it end by itself.
  return 'leave';
}
