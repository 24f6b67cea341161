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

/**
 * Where delivered work goes. Obligations:
 * - `deliver` is idempotent: asked again for the same commit it changes nothing and gives the same delivery;
 * - nothing of the source but the run's branch and tag is changed: no other ref, no configuration, no hook, no work tree;
 * - `deliver` confirms its fence right before the first thing others can see, and ends when the fence's signal aborts;
 * - a refused or conflicting delivery is a typed error that leaves the source as it was.
 */
export interface CodeHost {
  deliver(request: DeliveryRequest): Promise<Delivery>;
  rollback(request: RollbackRequest): Promise<RollbackOutcome>;
}
