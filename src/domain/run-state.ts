/** The states of a run, in the order a reader meets them. The SQL trigger in migrations/ is tested equal to this table. */
export const runStates = [
  'queued',
  'starting',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;
export type RunState = (typeof runStates)[number];

export const waitReasons = ['approval', 'input', 'quota', 'breaker', 'ci', 'review'] as const;
export type WaitReason = (typeof waitReasons)[number];

/** Whether the run goes on when the wait is over, without anybody's doing. */
export function endsByItself(reason: WaitReason | null): boolean {
  return reason === 'quota' || reason === 'breaker';
}

const transitions: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['starting', 'cancelled', 'timed_out', 'failed'],
  starting: ['running', 'cancelled', 'timed_out', 'failed'],
  running: ['succeeded', 'failed', 'cancelled', 'timed_out', 'waiting', 'starting'],
  waiting: ['queued', 'succeeded', 'cancelled', 'timed_out', 'failed'],
  succeeded: [],
  failed: [],
  cancelled: [],
  timed_out: [],
};

export function canTransition(from: RunState, to: RunState): boolean {
  return transitions[from].includes(to);
}

export function isTerminal(state: RunState): boolean {
  return transitions[state].length === 0;
}

/** The states a run may be created in. */
export const initialState: RunState = 'queued';
