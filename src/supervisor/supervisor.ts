import path from 'node:path';
import type { Run } from '../domain/run.ts';
import { type Claim, claimRuns } from '../queue/claim-runs.ts';
import { enforceDeadlines } from '../queue/enforce-deadlines.ts';
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
  /** Claims nothing more, ends the workers (their runs resume elsewhere or later) and resolves when they are gone. */
  stop(): Promise<void>;
}

export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  await recoverAfterRestart(options);
  const watched = new Map<string, ReturnType<typeof superviseRun>>();
  const active = new Set<string>();
  let stopping = false;
  let deadlinesDue = true;

  async function tick(): Promise<void> {
    const { queue, maxRuns, nodeId, leaseMs, newWorkerId } = options;
    if (deadlinesDue) {
      deadlinesDue = false;
      for (const run of await enforceDeadlines(queue)) await watched.get(run.id)?.notice(run);
    }
    if (stopping) return;
    await options.admit();
    const free = maxRuns - active.size;
    if (free <= 0) return;
    const workspaceOf = (runId: string) => path.join(options.workspacesDir, runId);
    const claims = await claimRuns(queue, { nodeId, batch: free, leaseMs, newWorkerId, workspaceOf });
    await Promise.all(claims.map(begin));
  }

  async function begin(claim: Claim): Promise<void> {
    // Another node may have taken the run from a worker of ours before we heard of it.
    await watched.get(claim.run.id)?.notice(claim.run);
    const supervised = superviseRun(options, claim, await assignmentFor(options, claim));
    active.add(claim.run.id);
    watched.set(claim.run.id, supervised);
    void supervised.finished
      .catch((error: unknown) => options.onError(error, `run ${claim.run.id}`))
      .finally(() => {
        if (watched.get(claim.run.id) === supervised) {
          active.delete(claim.run.id);
          watched.delete(claim.run.id);
        }
        loop.wake();
      });
  }

  const loop = createWakeable(tick, (error) => options.onError(error, 'tick'));
  const timer = setInterval(() => {
    deadlinesDue = true;
    loop.wake();
  }, options.pollMs);
  loop.wake();
  return {
    wake: loop.wake,
    notice: (run) =>
      void watched
        .get(run.id)
        ?.notice(run)
        .catch((error: unknown) => options.onError(error, `run ${run.id}`)),
    active,
    async stop() {
      stopping = true;
      clearInterval(timer);
      await loop.idle();
      await Promise.allSettled([...watched.values()].map((supervised) => supervised.handOver()));
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
