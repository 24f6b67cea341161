import type { AttemptRecord } from './attempt.ts';
import type { Breaker } from './breaker.ts';
import type { RunEvent } from './events.ts';
import type { Rollback, Run } from './run.ts';

/** Why a run is where it is (X11): what it is, the evidence, what was tried, what was saved, what to do next. */
export interface Explanation {
  readonly state: Run['state'];
  /** A stable word for the situation: `succeeded`, `waiting.approval`, or the code of the error. */
  readonly class: string;
  readonly headline: string;
  readonly evidence: readonly string[];
  readonly tried: readonly string[];
  readonly saved: readonly string[];
  readonly next: readonly string[];
}

export interface ExplanationInput {
  readonly run: Run;
  readonly attempts: readonly AttemptRecord[];
  readonly events: readonly RunEvent[];
  /** How the delivery was undone since. */
  readonly rollback?: Rollback | null;
  /** What the worker of a running run said last. */
  readonly activity?: { readonly text: string; readonly at: Date } | null;
  /** Of all providers and agents that were ever in trouble. */
  readonly breakers?: readonly Breaker[];
  readonly now: Date;
}

export type Situation = Pick<Explanation, 'class' | 'headline' | 'evidence' | 'next'>;
