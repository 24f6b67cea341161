import type { BuiltinEvent } from './events.ts';

const INTERVAL_MS = 2_000;

/** Says now and then that an answer is arriving, so that only an agent that stands still is silent. */
export function createProgressReporter(
  emit: (event: BuiltinEvent) => void,
  now: () => number = Date.now,
): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - last < INTERVAL_MS) return;
    last = now();
    emit({ type: 'progress' });
  };
}
