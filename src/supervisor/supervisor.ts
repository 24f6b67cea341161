import path from 'node:path';
import type { Run } from '../domain/run.ts';
import type { Claim } from '../queue/claim-runs.ts';
import { enforceDeadlines } from '../queue/enforce-deadlines.ts';
import { tellRepeatedFailures } from '../queue/tell-repeated-failures.ts';
import { createInFlight, type Drain } from './in-flight.ts';
import type { SupervisorOptions } from './options.ts';
import { recoverAfterRestart } from './recover-after-restart.ts';
import { superviseRun } from './supervise-run.ts';
import { createWakeable } from './wakeable.ts';

/**
 * The node's loop: enforce deadlines, admit, claim, start a worker per claim, watch it.
 * States: running → draining (claims nothing, waits for its workers) → stopped. Invariant: `active` holds exactly the runs this node
 * has a live worker for.
 */
export interface Supervisor {
  /** Looks at the queue now. */
  wake(): void;
  /** Passes a run's stop intent on to its worker, if this node has it. */
  notice(run: Run): void;
  readonly active: ReadonlySet<string>;
  /** How long ago the loop last came to its end without a failure. */
  quietMs(): number;
  /** Admits and claims nothing more and resolves when its runs are over, or when `until` aborts. Deadlines are still enforced. */
  drain(drain: Drain): Promise<void>;
  /** Claims nothing more, ends the workers (their runs resume elsewhere or later) and resolves when they are gone. */
  stop(): Promise<void>;
}

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  await recoverAfterRestart(options);
  const { queue, onError, workspacesDir } = options;
  const inFlight = createInFlight({
    onError: (error, runId) => onError(error, `run ${runId}`),
    onEnded: () => loop.wake(),
  });
  let claiming = true;
  let deadlinesDue = true;

  async function tick(): Promise<void> {
    const { maxRuns, nodeId, leaseMs, newWorkerId } = options;
    if (deadlinesDue) {
      deadlinesDue = false;
      for (const run of await enforceDeadlines(queue)) await inFlight.get(run.id)?.notice(run);
      await tellRepeatedFailures(queue);
    }
    if (!claiming) return;
    const hasResources = await options.hasResources();
    const free = maxRuns - inFlight.active.size;
    if (free <= 0 || !hasResources) return;
    const workspaceOf = (runId: string) => path.join(workspacesDir, runId);
    const request = { nodeId, batch: free, leaseMs, newWorkerId, workspaceOf };
    const claims = await options.admitAndClaim(request);
    await Promise.all(claims.map(begin));
  }

  async function begin(claim: Claim): Promise<void> {
    // Another node may have taken the run from a worker of ours before we heard of it.
    await inFlight.get(claim.run.id)?.notice(claim.run);
    inFlight.add(claim.run.id, superviseRun(options, claim, await assignmentFor(options, claim)));
  }

  const loop = createWakeable(tick, (error) => onError(error, 'tick'));
  const timer = setInterval(() => {
    deadlinesDue = true;
    loop.wake();
  }, options.pollMs);
  loop.wake();

  async function drain(until: Drain): Promise<void> {
    claiming = false;
    await loop.idle();
    await inFlight.whenOver(until);
  }

  return {
    wake: loop.wake,
    notice: (run) => {
      const told = inFlight.get(run.id)?.notice(run);
      told?.catch((error: unknown) => onError(error, `run ${run.id}`));
    },
    active: inFlight.active,
    quietMs: loop.quietMs,
    drain,
    async stop() {
      claiming = false;
      clearInterval(timer);
      await loop.idle();
      await inFlight.handOver();
      await loop.idle();
    },
  };
}

/** A worker that is not told asks by itself, and then hears why there is none. */
async function assignmentFor(
  { assignmentOf, onError }: SupervisorOptions,
  { run, workerId }: Claim,
): Promise<object | null> {
  return assignmentOf(run, workerId).catch((error: unknown) => {
    onError(error, `run ${run.id}`);
    return null;
  });
}
