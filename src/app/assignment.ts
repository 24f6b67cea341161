import path from 'node:path';
import type { Config } from '../config/schema.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import type { SandboxFinding } from '../process/detect-sandbox.ts';
import type { Assignment } from '../protocol/worker.ts';
import { approvedHash } from '../store/approvals.ts';
import { latestCheckpoint } from '../store/checkpoints.ts';
import { recordResource } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import type { DataFolder } from './data-folder.ts';
import type { ModelGateway } from './model-gateway.ts';
import { sandboxView } from './sandbox-view.ts';

export interface AssignmentOptions {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: DataFolder;
  readonly store: Store;
  readonly sandbox: SandboxFinding;
  readonly gateway: ModelGateway;
  readonly egressSocketPath: string | null;
}

/** What a worker is told of its run. The workspace stands in the ledger before the worker can make it (X10). */
export function createAssignments(
  options: AssignmentOptions,
): (run: Run, workerId: string) => Promise<Assignment> {
  const { config, env, folder, store, sandbox, gateway, egressSocketPath } = options;
  return async (run, workerId) => {
    if (!run.deadlineAt)
      throw runyardError('run.unexpected', { detail: `run ${run.id} runs without a deadline` });
    const workspace = path.join(folder.workspaces, run.id);
    const [checkpoint, approved] = await Promise.all([
      latestCheckpoint(store.db, run.id),
      approvedHash(store.db, run.id),
      recordResource(store.db, {
        key: `workspace:${run.id}`,
        runId: run.id,
        kind: 'workspace',
        handle: workspace,
        nodeId: folder.nodeId,
      }),
    ]);
    return {
      runId: run.id,
      workerId,
      epoch: run.epoch,
      spec: run.spec,
      checkpoint,
      approvedHash: approved,
      deadlineAt: run.deadlineAt.toISOString(),
      folders: {
        data: folder.root,
        mirrors: folder.mirrors,
        workspace,
        dependencies: folder.dependencies,
        baselines: folder.baselines,
      },
      sandbox: sandboxView({ config, env, sandbox, dataDir: folder.root, repository: run.spec.repository }),
      gateway: gateway.access,
      egressSocketPath,
    };
  };
}
