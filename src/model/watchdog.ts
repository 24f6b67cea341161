import type { ModelTimeouts } from './types.ts';

export type ExpiredLimit = 'first-byte' | 'idle' | 'total';

/** Watches one try of a call: nothing in it can wait longer than the limits, wherever it waits. */
export interface Watchdog {
  /** Aborted when a limit passed, or when the caller stopped the call. */
  readonly signal: AbortSignal;
  /** To be called for every piece of the answer. */
  sawBytes(): void;
  hasSeenBytes(): boolean;
  /** Which limit passed first, if one did. */
  expired(): { readonly limit: ExpiredLimit; readonly limitMs: number } | null;
  stop(): void;
}

export function startWatchdog(timeouts: ModelTimeouts, remainingMs: number, caller: AbortSignal): Watchdog {
  const controller = new AbortController();
  let seen = false;
  let expired: ReturnType<Watchdog['expired']> = null;
  function expire(limit: ExpiredLimit, limitMs: number): void {
    expired ??= { limit, limitMs };
    controller.abort(new Error(`the ${limit} limit of ${limitMs} ms passed`));
  }
  const total = setTimeout(expire, remainingMs, 'total', timeouts.totalMs);
  let silence = setTimeout(expire, timeouts.firstByteMs, 'first-byte', timeouts.firstByteMs);
  return {
    signal: AbortSignal.any([controller.signal, caller]),
    sawBytes() {
      seen = true;
      clearTimeout(silence);
      if (!controller.signal.aborted) silence = setTimeout(expire, timeouts.idleMs, 'idle', timeouts.idleMs);
    },
    hasSeenBytes: () => seen,
    expired: () => expired,
    stop() {
      clearTimeout(total);
      clearTimeout(silence);
    },
  };
}
