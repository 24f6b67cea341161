import { createExecutor } from '../adapters/executor/registry.ts';
import type { WorkerExecutor } from '../adapters/executor/types.ts';
import { issueWorkerToken } from '../api/worker-token.ts';
import { loadPrompts } from '../config/prompts.ts';
import type { Run } from '../domain/run.ts';
import { newId } from '../lib/ids.ts';
import { findRun } from '../store/runs.ts';
import type { Drain } from '../supervisor/in-flight.ts';
import { startSupervisor } from '../supervisor/supervisor.ts';
import { createWorkSaver, type WorkSaver } from '../supervisor/work-saver.ts';
import type { AssignmentOf } from './assignment.ts';
import { createEndPredecessors } from './end-predecessors.ts';
import type { Foundation } from './foundation.ts';
import { type ControlPlaneOptions, leaseMs } from './options.ts';
import { startReaping } from './reaping.ts';
import { startRetaining } from './retaining.ts';
import type { Scheduling } from './scheduling.ts';
import { snapshotLeftWork } from './snapshot-left-work.ts';
import { workerArgv } from './worker-argv.ts';
import { workerEnvironment } from './worker-environment.ts';

/** The part of a control plane that moves runs. */
export interface Driver {
  active(): number;
  /** How long ago its loop last came round. */
  quietMs(): number;
  runChanged(run: Run): void;
  /** A notification named a run; what became of it is looked up. Empty: notifications may have been missed, all are looked at. */
  runMayHaveChanged(runId: string): void;
  /** Claims nothing more; see `Supervisor`. */
  drain(drain: Drain): Promise<void>;
  stop(): Promise<void>;
}

/** The slow net under the notifications. */
const POLL_MS = 2_000;

type Parts = Foundation & { readonly assignmentOf: AssignmentOf; readonly scheduling: Scheduling };

export async function startDriving(
  options: ControlPlaneOptions,
  foundation: Parts,
  url: string,
): Promise<Driver> {
  const executor = createWorkerExecutor(options, foundation);
  try {
    return await driveWith(executor, { options, foundation, url });
  } catch (error) {
    // Its warm workers would keep a process alive that serves nobody.
    await executor.close();
    throw error;
  }
}

interface Drive {
  readonly options: ControlPlaneOptions;
  readonly foundation: Parts;
  readonly url: string;
}

async function driveWith(executor: WorkerExecutor, { options, foundation, url }: Drive): Promise<Driver> {
  const { folder, store, queue, onError, assignmentOf, scheduling } = foundation;
  const endPredecessors = createEndPredecessors(store, executor);
  const saver = createSaver(foundation);
  const supervisor = await startSupervisor({
    queue,
    executor,
    nodeId: folder.nodeId,
    maxRuns: scheduling.places,
    admitAndClaim: scheduling.admitAndClaim,
    hasResources: scheduling.hasResources,
    leaseMs,
    pollMs: POLL_MS,
    controlUrl: url,
    prompts: await loadPrompts(),
    assignmentOf: async (run, workerId) => {
      await endPredecessors(run);
      return assignmentOf(run, workerId);
    },
    workspacesDir: folder.workspaces,
    newWorkerId: () => `${folder.nodeId}/${newId()}`,
    issueWorkerToken: (claims) => issueWorkerToken(claims, folder.signingKey),
    saver,
    onError,
  });
  const active = () => supervisor.active;
  const stopReaping = startReaping(foundation, { executor, saver, active, onTold: options.onLog });
  const stopRetaining = startRetaining(options, foundation);
  function runChanged(run: Run): void {
    supervisor.notice(run);
    supervisor.wake();
  }
  const lookAt = (runId: string) =>
    void findRun(store.db, runId).then(runChanged, (error: unknown) => onError(error, `run ${runId}`));
  const lookAtAll = () => supervisor.active.forEach(lookAt);
  // A node that was frozen or cut off may have lost runs without hearing of it: their workers must end.
  const ownership = setInterval(lookAtAll, leaseMs / 3);
  return {
    active: () => supervisor.active.size,
    quietMs: supervisor.quietMs,
    runChanged,
    runMayHaveChanged(runId) {
      supervisor.wake();
      if (runId === '') lookAtAll();
      else if (supervisor.active.has(runId)) lookAt(runId);
    },
    drain: supervisor.drain,
    async stop() {
      clearInterval(ownership);
      await Promise.all([stopReaping(), stopRetaining()]);
      await supervisor.stop();
      await executor.close();
    },
  };
}

function createSaver({ folder, queue, onError }: Foundation): WorkSaver {
  return createWorkSaver({
    queue,
    workspacesDir: folder.workspaces,
    snapshot: snapshotLeftWork,
    onError,
  });
}

function createWorkerExecutor(
  { config, env }: ControlPlaneOptions,
  { folder: { nodeId }, workspaces }: Foundation,
): WorkerExecutor {
  const keyVariables = Object.values(config.providers).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  return createExecutor('local', {
    argv: workerArgv(workspaces),
    env: workerEnvironment(env, keyVariables),
    warm: config.worker.warm,
    nodeId,
  });
}
