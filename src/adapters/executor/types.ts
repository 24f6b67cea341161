/** What a worker needs to introduce itself to its control plane and to begin (src/protocol/worker.ts). */
export interface WorkerLaunch {
  readonly controlUrl: string;
  readonly token: string;
  /** JSON: the templates of prompts/, by name. */
  readonly prompts: object;
  /** JSON; null: the worker asks the control plane for it. */
  readonly assignment: object | null;
}

/** How a worker's process ended. `stderr` is the end of what it wrote there, for the run's explanation. */
export interface WorkerExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

export interface StartedWorker {
  /** What the resource ledger keeps to find the worker again after a restart: `pid:<pid>:<start time>` for local ones. */
  readonly handle: string;
  readonly exited: Promise<WorkerExit>;
  /** Asks the worker to save its work and end; safe to call often. */
  terminate(): void;
  /** Ends the worker and everything it started, at once. */
  kill(): void;
}

/**
 * How workers are started. Obligations:
 * - `start` never rejects for reasons of the run; a worker that cannot be started is one that exits at once with a reason;
 * - a worker dies with everything it started when `kill` is called, and (local) when the node dies;
 * - the launch data reaches the worker by a way other processes cannot read (not argv, not environment).
 */
export interface WorkerExecutor {
  readonly name: string;
  start(launch: WorkerLaunch): StartedWorker;
  /** Whether the process of a handle is there. */
  isThere(handle: string): boolean;
  /** Ends what a handle of an earlier node process still refers to. Resolves when it is gone. */
  endStray(handle: string): Promise<void>;
  close(): Promise<void>;
}
