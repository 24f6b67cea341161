import path from 'node:path';
import type { Artifacts } from '../artifacts/file-artifacts.ts';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { fewestFilesFor, type StrategyFinding } from '../domain/workspace-strategy.ts';
import { readPlanRevisions } from '../events/plan-revisions.ts';
import type { SandboxFinding } from '../process/detect-sandbox.ts';
import type { Assignment } from '../protocol/worker.ts';
import { approvedHash } from '../store/approvals.ts';
import { attemptAnswers } from '../store/attempt-answers.ts';
import type { Store } from '../store/store.ts';
import type { EgressProxy } from '../verify/egress/egress-proxy.ts';
import type { DataFolder } from './data-folder.ts';
import type { ModelGateway } from './model-gateway.ts';
import { reachableCheckpoint } from './reachable-checkpoint.ts';
import { sandboxView } from './sandbox-view.ts';
import type { SourceMemory } from './source-memory.ts';

export interface AssignmentOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: DataFolder;
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly sandbox: SandboxFinding;
  readonly workspaces: StrategyFinding;
  readonly gateway: ModelGateway;
  readonly sources: SourceMemory;
  readonly egress: Pick<EgressProxy, 'socketPath'>;
}

export type AssignmentOf = (run: Run, workerId: string) => Promise<Assignment>;

/** What a worker is told of its run. */
export function createAssignments(options: AssignmentOptions): AssignmentOf {
  const { config, env, folder, store, artifacts, sandbox, workspaces, gateway, egress, sources } = options;
  return async (run, workerId) => {
    if (!run.deadlineAt)
      throw runyardError('run.unexpected', { detail: `run ${run.id} runs without a deadline` });
    // Before its first owner a run has neither.
    const isFirst = run.epoch === 1;
    const [checkpoint, approved, planRevisions, answers] = isFirst
      ? [null, null, [], []]
      : await Promise.all([
          reachableCheckpoint(store, artifacts, run),
          approvedHash(store.db, run.id),
          readPlanRevisions(store.db, run.id),
          attemptAnswers(store.db, run.id),
        ]);
    return {
      runId: run.id,
      workerId,
      epoch: run.epoch,
      spec: run.spec,
      checkpoint,
      source: isFirst ? sources.latest(run.spec) : null,
      planRevisions,
      approvedHash: approved,
      answers,
      deadlineAt: run.deadlineAt.toISOString(),
      folders: {
        data: folder.root,
        mirrors: folder.mirrors,
        workspace: path.join(folder.workspaces, run.id),
        dependencies: folder.dependencies,
        baselines: folder.baselines,
      },
      layers:
        workspaces.strategy === 'overlay'
          ? {
              folder: folder.layers,
              workspaces: folder.workspaces,
              fewestFiles: fewestFilesFor(config.workspace.strategy),
            }
          : null,
      sandbox: sandboxView({ config, env, sandbox, dataDir: folder.root, repository: run.spec.repository }),
      gateway: gateway.access,
      egressSocketPath: egress.socketPath,
    };
  };
}
