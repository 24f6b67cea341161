import type { Delivery, Ticket } from '../../domain/run.ts';

/** The right to act for a run, which can be lost while one acts. */
export interface Fence {
  /** Aborted when the right is lost. */
  readonly signal: AbortSignal;
  /** Call right before what others can see; throws when the right is lost. */
  confirm(): Promise<void>;
}

export interface DeliveryRequest {
  readonly runId: string;
  readonly ticket: Ticket;
  /** The run's source: a local path or a URL. */
  readonly repository: string;
  readonly baseRef: string | null;
  readonly bundleFile: string;
  readonly commit: string;
  readonly baseCommit: string;
  readonly verified: boolean;
  /** Of the tag; the same each time the same delivery is asked for. */
  readonly date: Date;
  readonly timeoutMs: number;
  readonly fence: Fence;
}

export interface RollbackRequest {
  readonly runId: string;
  readonly ticket: Ticket;
  readonly repository: string;
  readonly delivery: Delivery;
  readonly mode: 'revert' | 'reset';
  readonly date: Date;
  readonly timeoutMs: number;
}

export interface RollbackOutcome {
  readonly mode: 'revert' | 'reset';
  readonly branch: string;
  readonly commit: string;
  /** false: it was undone before, and nothing was done now. */
  readonly changed: boolean;
}

export interface NoteRequest {
  readonly repository: string;
  readonly baseRef: string | null;
  readonly baseCommit: string;
  readonly commit: string;
  /** One line. */
  readonly line: string;
  readonly date: Date;
  readonly timeoutMs: number;
  readonly fence: Fence;
}

export interface TreesRequest {
  readonly repository: string;
  readonly baseRef: string | null;
  readonly delivery: Delivery;
  readonly timeoutMs: number;
}

/**
 * Where delivered work goes. Obligations:
 * - `deliver` is idempotent: asked again for the same commit it changes nothing and gives the same delivery;
 * - nothing of the source but the run's branch and tag, and Runyard's notes, is changed: no other ref, no configuration, no hook, no work tree;
 * - `attachNote` adds a line to the note of a commit, once; what others wrote there, before or at the same time, stays;
 * - `treesOf` names the trees of what was delivered as they are there, whatever anybody said;
 * - both confirm their fence right before the first thing others can see, and end when the fence's signal aborts;
 * - a refused or conflicting delivery is a typed error that leaves the source as it was.
 */
export interface CodeHost {
  deliver(request: DeliveryRequest): Promise<Delivery>;
  treesOf(request: TreesRequest): Promise<{ readonly head: string; readonly base: string }>;
  /** `changed` false: it had the line already. */
  attachNote(request: NoteRequest): Promise<{ readonly ref: string; readonly changed: boolean }>;
  rollback(request: RollbackRequest): Promise<RollbackOutcome>;
}
