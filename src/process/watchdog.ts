import type { ProcessLimits } from './types.ts';

export interface Watchdog {
  /** Some output arrived. Cheap: it only notes the time. */
  readonly touch: () => void;
  readonly disarm: () => void;
}

export type Expiry = { readonly cause: 'timed-out' | 'silent' | 'no-first-output'; readonly limitMs: number };

/**
 * Three clocks over one process: total time, silence, and time until the first output. `onExpired` is called at most once.
 * Until the first output, `firstOutputMs` takes the place of `silenceMs` where both are set.
 */
export function startWatchdog(limits: ProcessLimits, onExpired: (expiry: Expiry) => void): Watchdog {
  const { timeoutMs, silenceMs, firstOutputMs } = limits;
  let lastOutputAt = performance.now();
  let hasOutput = false;
  let quietTimer: NodeJS.Timeout | undefined;
  const totalTimer = setTimeout(() => expire({ cause: 'timed-out', limitMs: timeoutMs }), timeoutMs);

  function expire(expiry: Expiry): void {
    disarm();
    onExpired(expiry);
  }

  function disarm(): void {
    clearTimeout(totalTimer);
    clearTimeout(quietTimer);
  }

  function watchFirstOutput(limitMs: number): void {
    quietTimer = setTimeout(() => expire({ cause: 'no-first-output', limitMs }), limitMs);
  }

  function watchSilence(limitMs: number): void {
    const remaining = lastOutputAt + limitMs - performance.now();
    if (remaining <= 0) return expire({ cause: 'silent', limitMs });
    quietTimer = setTimeout(() => watchSilence(limitMs), Math.ceil(remaining));
  }

  if (firstOutputMs !== undefined) watchFirstOutput(firstOutputMs);
  else if (silenceMs !== undefined) watchSilence(silenceMs);

  return {
    touch() {
      lastOutputAt = performance.now();
      if (hasOutput) return;
      hasOutput = true;
      if (firstOutputMs === undefined) return;
      clearTimeout(quietTimer);
      if (silenceMs !== undefined) watchSilence(silenceMs);
    },
    disarm,
  };
}
