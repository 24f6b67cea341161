import type { WorkerExecutor } from '../adapters/executor/types.ts';
import type { Run } from '../domain/run.ts';
import type { Claim, ClaimRequest } from '../queue/claim-runs.ts';
import type { Queue } from '../queue/queue.ts';
import type { WorkSaver } from './work-saver.ts';

export interface SupervisorOptions {
  readonly queue: Queue;
  readonly executor: WorkerExecutor;
  readonly nodeId: string;
  /** Places for runs on this node. */
  readonly maxRuns: number;
  /** Whether this node has what another run needs (src/scheduler). */
  readonly hasResources: () => Promise<boolean>;
  /** Admits what may start now (src/scheduler). */
  readonly admitAndClaim: (request: ClaimRequest) => Promise<Claim[]>;
  readonly leaseMs: number;
  /** The longest time between two looks at the queue when no notification came. */
  readonly pollMs: number;
  readonly controlUrl: string;
  /** The templates workers are given, by name. */
  readonly prompts: object;
  readonly workspacesDir: string;
  readonly newWorkerId: () => string;
  /** What the worker of a claimed run is told. */
  readonly assignmentOf: (run: Run, workerId: string) => Promise<object>;
  readonly issueWorkerToken: (claim: { runId: string; workerId: string; epoch: number }) => string;
  readonly saver: WorkSaver;
  /** Errors of a tick: the loop goes on, the caller logs and counts them. */
  readonly onError: (error: unknown, during: string) => void;
}
