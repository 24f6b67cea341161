import type { RunView } from '../api/types.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'quiet';
export type Column = 'queued' | 'working' | 'needs-you' | 'delivered' | 'ended';

export const columns: readonly { readonly id: Column; readonly title: string; readonly empty: string }[] = [
  { id: 'queued', title: 'Queued', empty: 'Nothing waits for a place.' },
  { id: 'working', title: 'Working', empty: 'No run is being worked on.' },
  { id: 'needs-you', title: 'Needs you', empty: 'Nothing waits for you.' },
  { id: 'delivered', title: 'Delivered', empty: 'Nothing was delivered yet.' },
  { id: 'ended', title: 'Ended without', empty: 'No run ended without delivery.' },
];

type Stated = Pick<RunView, 'state' | 'waitReason'>;

/** The column of the board. A parked run goes on by itself, so it stands with those that work. */
export function columnOf({ state, waitReason }: Stated): Column {
  if (state === 'queued') return 'queued';
  if (state === 'starting' || state === 'running') return 'working';
  if (state === 'waiting') return needsPerson(waitReason) ? 'needs-you' : 'working';
  return state === 'succeeded' ? 'delivered' : 'ended';
}

export function needsPerson(reason: RunView['waitReason']): boolean {
  return reason === 'approval' || reason === 'input';
}

export function toneOf({ state, waitReason }: Stated): Tone {
  if (state === 'succeeded') return 'good';
  if (state === 'failed' || state === 'timed_out') return 'bad';
  if (state === 'waiting') return needsPerson(waitReason) ? 'warn' : 'quiet';
  return state === 'running' || state === 'starting' ? 'accent' : 'quiet';
}

const waits: Record<NonNullable<RunView['waitReason']>, string> = {
  approval: 'Waits for approval',
  input: 'Waits for answers',
  quota: 'Parked: quota',
  breaker: 'Parked: provider',
  ci: 'Waits for CI',
  review: 'Waits for review',
};

const words: Record<RunView['state'], string> = {
  queued: 'Queued',
  starting: 'Starting',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timed_out: 'Timed out',
};

export function stateWords({ state, waitReason }: Stated): string {
  return state === 'waiting' && waitReason !== null ? waits[waitReason] : words[state];
}

export function hasEnded(state: RunView['state']): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'timed_out';
}
