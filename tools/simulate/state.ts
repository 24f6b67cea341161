import type { AttemptRecord, Rung } from '../../src/domain/attempt.ts';
import type { decideNextAttempt } from '../../src/domain/ladder.ts';
import type { Priority } from '../../src/domain/run.ts';
import type { canTransition, RunState, WaitReason } from '../../src/domain/run-state.ts';
import type { Deadlines, overdue } from '../../src/queue/overdue.ts';
import type { AdmissionLimits } from '../../src/scheduler/admission-limits.ts';
import type { decideAdmission } from '../../src/scheduler/decide-admission.ts';

type Nullable<T> = { -readonly [K in keyof T]: T[K] };

/** A run as its row would be. Times are Dates of the simulated clock. */
export interface SimRun extends Nullable<Deadlines> {
  readonly id: string;
  readonly repository: string;
  readonly priority: Priority;
  readonly agent: string;
  readonly createdAt: Date;
  readonly ladder: readonly Rung[];
  readonly attempts: AttemptRecord[];
  state: RunState;
  wait_reason: WaitReason | null;
  epoch: number;
  recoveries: number;
  ownedMs: number;
  claimedAt: number;
  node: number | null;
}

/** What is under test. Replaced one by one by broken ones, to see that the invariants notice. */
export interface Deciders {
  readonly decideAdmission: typeof decideAdmission;
  readonly overdue: typeof overdue;
  readonly decideNextAttempt: typeof decideNextAttempt;
  readonly canTransition: typeof canTransition;
  /** Whether a write of this epoch counts. */
  readonly isOwner: (run: SimRun, epoch: number) => boolean;
}

export interface SimLimits extends AdmissionLimits {
  readonly nodes: number;
  readonly runs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const times = {
  pollMs: 2 * SECOND,
  leaseMs: 30 * SECOND,
  heartbeatMs: 10 * SECOND,
  queueMs: 24 * 60 * MINUTE,
  startMs: 10 * MINUTE,
  runMs: 30 * MINUTE,
  approvalMs: 60 * MINUTE,
  longestAttemptMs: 12 * MINUTE,
  longestOutageMs: 2 * MINUTE,
  longestFreezeMs: 3 * MINUTE,
  recoveries: 3,
} as const;

export const chances = {
  lostMessage: 0.1,
  crashInAttempt: 0.05,
  freezeInAttempt: 0.05,
  park: 0.05,
  cancel: 0.05,
} as const;
