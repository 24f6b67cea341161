import type { ErrorData } from './errors/runyard-error.ts';

/**
 * A breaker stands before a provider account or an agent. closed: used freely. open: runs that need it wait. half_open: one run, the probe,
 * tries it. Entries: closed → open (failures in a row, or one that says when to come back) → half_open (the time is over) → closed
 * (it works) or open again (it does not, longer). Invariant: whatever is not closed has a time at which it is tried again.
 */
export const breakerStates = ['closed', 'open', 'half_open'] as const;
export type BreakerState = (typeof breakerStates)[number];

export interface Breaker {
  /** `provider:<name>` or `agent:<name>`. */
  readonly key: string;
  readonly state: BreakerState;
  /** In a row. */
  readonly failures: number;
  /** How often it opened since it last worked; every time it stays open longer. */
  readonly openings: number;
  readonly openedAt: Date | null;
  /** open: when one run may try it. half_open: when another run may try it if the probe has said nothing until then. */
  readonly retryAt: Date | null;
  /** The failure that opened it. */
  readonly cause: ErrorData | null;
  readonly probeRunId: string | null;
}

export interface BreakerPolicy {
  /** So many failures in a row open it. */
  readonly failures: number;
  /** How long it stays open the first time when nobody says how long; twice as long every next time. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  /** How often something is tried again that only a person can mend: a refused key, a used-up quota without a known reset. */
  readonly personMs: number;
}

export type BreakerOutcome =
  /** `since` is when it began: what began before the breaker opened proves nothing. */
  | { readonly kind: 'success'; readonly since: Date }
  | { readonly kind: 'failure'; readonly cause: ErrorData; readonly retryAfterMs: number | null }
  /** A run that needs it starts. */
  | { readonly kind: 'probe'; readonly runId: string; readonly previousIsGone: boolean }
  /** A person did something about it. */
  | { readonly kind: 'mended' };

export interface BreakerClock {
  readonly now: Date;
  readonly policy: BreakerPolicy;
}

/** A probe that has said nothing for so long is no reason to keep the others waiting. */
const PROBE_MS = 10 * 60_000;
/** A reset that is said to be later than this is looked for once a day. */
const LONGEST_OPEN_MS = 24 * 60 * 60_000;
const SHORTEST_OPEN_MS = 1000;

export function newBreaker(key: string): Breaker {
  return { key, ...untroubled };
}

/** What becomes of a breaker. The same object when nothing changes. */
export function decideBreaker(breaker: Breaker, outcome: BreakerOutcome, clock: BreakerClock): Breaker {
  switch (outcome.kind) {
    case 'success':
      return afterSuccess(breaker, outcome.since, clock.now);
    case 'failure':
      return afterFailure(breaker, outcome, clock);
    case 'probe':
      return isDue(breaker, clock.now, outcome.previousIsGone)
        ? { ...breaker, state: 'half_open', probeRunId: outcome.runId, retryAt: later(clock.now, PROBE_MS) }
        : breaker;
    case 'mended':
      return breaker.state === 'closed' ? breaker : newBreaker(breaker.key);
  }
}

/** Whether a run that needs it may start as the probe. */
export function isDue({ state, retryAt }: Breaker, now: Date, probeIsGone: boolean): boolean {
  if (state === 'closed') return false;
  return retryAt === null || retryAt <= now || (state === 'half_open' && probeIsGone);
}

function afterSuccess(breaker: Breaker, since: Date, now: Date): Breaker {
  if (breaker.state === 'closed') return breaker.failures === 0 ? breaker : newBreaker(breaker.key);
  if (breaker.openedAt && since < breaker.openedAt) return breaker;
  // Another model of the account may work while one is over its quota: before the time is over it proves nothing.
  if (breaker.state === 'open' && breaker.retryAt && now < breaker.retryAt) return breaker;
  return newBreaker(breaker.key);
}

function afterFailure(
  breaker: Breaker,
  { cause, retryAfterMs }: Extract<BreakerOutcome, { kind: 'failure' }>,
  { now, policy }: BreakerClock,
): Breaker {
  const failures = breaker.failures + 1;
  if (breaker.state === 'open') {
    // Calls that were under way; only a later time to come back is news.
    const until = retryAfterMs === null ? now : later(now, boundedWait(retryAfterMs));
    return breaker.retryAt && until > breaker.retryAt ? { ...breaker, failures, retryAt: until } : breaker;
  }
  const opens =
    breaker.state === 'half_open' ||
    retryAfterMs !== null ||
    cause.kind === 'needs-human' ||
    failures >= policy.failures;
  if (!opens) return { ...breaker, failures };
  const pauseMs = pauseOf(breaker, cause, policy);
  // A time to come back that was wrong before is not believed alone.
  const waitMs = retryAfterMs === null ? pauseMs : Math.max(retryAfterMs, breaker.openings > 0 ? pauseMs : 0);
  return {
    key: breaker.key,
    state: 'open',
    failures,
    openings: breaker.openings + 1,
    openedAt: now,
    retryAt: later(now, boundedWait(waitMs)),
    cause,
    probeRunId: null,
  };
}

function pauseOf({ openings }: Breaker, cause: ErrorData, policy: BreakerPolicy): number {
  if (cause.kind === 'needs-human') return policy.personMs;
  return Math.min(policy.longestPauseMs, policy.pauseMs * 2 ** Math.min(openings, 20));
}

function boundedWait(ms: number): number {
  return Math.min(LONGEST_OPEN_MS, Math.max(SHORTEST_OPEN_MS, ms));
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

const untroubled: Omit<Breaker, 'key'> = {
  state: 'closed',
  failures: 0,
  openings: 0,
  openedAt: null,
  retryAt: null,
  cause: null,
  probeRunId: null,
};
