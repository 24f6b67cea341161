import { createExecutor } from '../adapters/executor/registry.ts';
import { issueWorkerToken } from '../api/worker-token.ts';
import { loadPrompts } from '../config/prompts.ts';
import type { Run } from '../domain/run.ts';
import { newId } from '../lib/ids.ts';
import { admit } from '../scheduler/admit.ts';
import { findRun } from '../store/runs.ts';
import type { Drain } from '../supervisor/in-flight.ts';
import { startSupervisor } from '../supervisor/supervisor.ts';
import { createWorkSaver } from '../supervisor/work-saver.ts';
import type { AssignmentOf } from './assignment.ts';
import type { Foundation } from './foundation.ts';
import { type ControlPlaneOptions, leaseMs } from './options.ts';
import { snapshotLeftWork } from './snapshot-left-work.ts';
import { workerArgv } from './worker-argv.ts';
import { workerEnvironment } from './worker-environment.ts';

/** The part of a control plane that moves runs. */
export interface Driver {
  active(): number;
  runChanged(run: Run): void;
  /** A notification named a run; what became of it is looked up. */
  runMayHaveChanged(runId: string): void;
  /** Claims nothing more; see `Supervisor`. */
  drain(drain: Drain): Promise<void>;
  stop(): Promise<void>;
}

/** The slow net under the notifications. */
const POLL_MS = 2_000;

export async function startDriving(
  options: ControlPlaneOptions,
  foundation: Foundation & { readonly assignmentOf: AssignmentOf },
  url: string,
): Promise<Driver> {
  const { config, env } = options;
  const { folder, queue, onError, assignmentOf } = foundation;
  const keyVariables = Object.values(config.providers).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  const executor = createExecutor('local', {
    argv: workerArgv(),
    env: workerEnvironment(env, keyVariables),
    warm: config.worker.warm,
  });
  const supervisor = await startSupervisor({
    queue,
    executor,
    nodeId: folder.nodeId,
    maxRuns: config.scheduler.maxRuns,
    admit: () => admit(queue, config.scheduler),
    leaseMs,
    pollMs: POLL_MS,
    controlUrl: url,
    prompts: await loadPrompts(),
    assignmentOf,
    workspacesDir: folder.workspaces,
    newWorkerId: () => `${folder.nodeId}/${newId()}`,
    issueWorkerToken: (claims) => issueWorkerToken(claims, folder.signingKey),
    saver: createWorkSaver({ queue, workspacesDir: folder.workspaces, snapshot: snapshotLeftWork, onError }),
    onError,
  });
  function runChanged(run: Run): void {
    supervisor.notice(run);
    supervisor.wake();
  }
  return {
    active: () => supervisor.active.size,
    runChanged,
    runMayHaveChanged(runId) {
      supervisor.wake();
      if (!supervisor.active.has(runId)) return;
      findRun(queue.store.db, runId).then(runChanged, (error: unknown) =>
        onError(error, `looking at run ${runId}`),
      );
    },
    drain: supervisor.drain,
    async stop() {
      await supervisor.stop();
      await executor.close();
    },
  };
}
