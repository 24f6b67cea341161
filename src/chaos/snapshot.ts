import type { RunState } from '../domain/run-state.ts';

/** What was seen from outside after the last round, as data. Nothing in it comes from the control plane's own opinion of itself. */
export interface ChaosSnapshot {
  /** Ids that the API answered with when the tickets were handed in. */
  readonly accepted: readonly string[];
  readonly runs: readonly SeenRun[];
  /** Contradictions between runs and jobs. */
  readonly queueViolations: readonly string[];
  /** In the order of their sequence, of one run after the other. */
  readonly events: readonly SeenEvent[];
  readonly effects: readonly SeenEffect[];
  /** Moments at which two agents of one run were alive. */
  readonly agentsTogether: readonly string[];
  readonly branches: readonly SeenBranch[];
  /** Facts of a source repository that differ from before. */
  readonly sourceChanges: readonly string[];
  /** Processes of ended runs, ten seconds later. */
  readonly processes: readonly string[];
  /** Workspaces, locks, temporary files, ledger entries and processes that are left after the control plane ended. */
  readonly leftovers: readonly string[];
  /** Places where a planted secret stands. */
  readonly secrets: readonly string[];
  readonly provider: { readonly answers: number; readonly recorded: number };
}

export interface SeenRun {
  readonly id: string;
  readonly state: RunState;
  readonly epoch: number;
  /** Until when it may stay in this state; null: without a limit. */
  readonly deadline: Date | null;
  readonly recordedTokens: number;
  readonly reportedTokens: number;
}

export interface SeenEvent {
  readonly runId: string;
  readonly seq: number;
  readonly epoch: number | null;
}

export interface SeenEffect {
  readonly runId: string;
  readonly kind: string;
  readonly epoch: number;
  readonly done: boolean;
}

export interface SeenBranch {
  readonly name: string;
  readonly runId: string | null;
  /** Ahead of the base branch. */
  readonly commits: number;
}
