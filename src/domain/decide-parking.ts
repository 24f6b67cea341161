import type { Breaker } from './breaker.ts';

export interface ParkingSnapshot {
  readonly now: Date;
  /** Of the provider in trouble; null: it has none. */
  readonly breaker: Breaker | null;
  /** How long the provider asked this run to wait; null: it did not say. */
  readonly askedMs: number | null;
  /** How long to wait when nobody says. */
  readonly pauseMs: number;
  /** What the run has waited for providers before, and how much it may in all. */
  readonly parkedMs: number;
  readonly limitMs: number;
}

export type ParkingAction =
  | { readonly kind: 'park'; readonly until: Date; readonly waitMs: number }
  /** What is left of the limit is shorter than the wait. */
  | { readonly kind: 'give-up'; readonly waitMs: number };

const SHORTEST_WAIT_MS = 1000;

/** Until when a run waits for a provider (X7): as long as it asks, and not before its breaker lets somebody try. */
export function decideParking(snapshot: ParkingSnapshot): ParkingAction {
  const { now, breaker, askedMs, pauseMs, parkedMs, limitMs } = snapshot;
  const openMs = breaker?.state === 'open' && breaker.retryAt ? breaker.retryAt.getTime() - now.getTime() : 0;
  const ownMs = askedMs ?? (openMs > 0 ? 0 : pauseMs);
  const waitMs = Math.max(SHORTEST_WAIT_MS, openMs, ownMs);
  if (parkedMs + waitMs > limitMs) return { kind: 'give-up', waitMs };
  return { kind: 'park', waitMs, until: new Date(now.getTime() + waitMs) };
}
