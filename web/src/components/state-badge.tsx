import { Check, CircleDashed, CirclePause, Hand, Loader, X } from 'lucide-react';
import type { RunView } from '../api/types.ts';
import { needsPerson, stateWords, toneOf } from '../lib/state-words.ts';
import { Badge } from './basics.tsx';

type Stated = Pick<RunView, 'state' | 'waitReason'>;

/** Colour alone tells nothing: each state has words and a sign of its own. */
export function StateBadge({ run }: { run: Stated }) {
  const Icon = iconOf(run);
  return (
    <Badge tone={toneOf(run)}>
      <Icon
        size={12}
        aria-hidden
        className={run.state === 'running' ? 'animate-spin [animation-duration:3s]' : ''}
      />
      {stateWords(run)}
    </Badge>
  );
}

function iconOf({ state, waitReason }: Stated) {
  if (state === 'succeeded') return Check;
  if (state === 'failed' || state === 'timed_out' || state === 'cancelled') return X;
  if (state === 'waiting') return needsPerson(waitReason) ? Hand : CirclePause;
  return state === 'running' || state === 'starting' ? Loader : CircleDashed;
}
