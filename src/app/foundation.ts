import { type Artifacts, createFileArtifacts } from '../artifacts/file-artifacts.ts';
import type { StrategyFinding } from '../domain/workspace-strategy.ts';
import { detectOverlay } from '../git/overlay/detect-overlay.ts';
import { detectSandbox, type SandboxFinding } from '../process/detect-sandbox.ts';
import { createQueue, type Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { EgressProxy } from '../verify/egress/egress-proxy.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { startEgress } from './egress.ts';
import { acquireFolderLock } from './folder-lock.ts';
import { type ModelGateway, startModelGateway } from './model-gateway.ts';
import { beginNodeLife } from './node-life.ts';
import { openDatabase } from './open-database.ts';
import type { ControlPlaneOptions } from './options.ts';
import type { StopList } from './stop-list.ts';

/** What everything else of a control plane stands on. */
export interface Foundation {
  readonly folder: DataFolder;
  readonly store: Store;
  readonly queue: Queue;
  readonly artifacts: Artifacts;
  readonly sandbox: SandboxFinding;
  readonly workspaces: StrategyFinding;
  readonly gateway: ModelGateway;
  readonly egress: EgressProxy;
  /** For failures that have no caller: they are logged, and the node goes on. */
  readonly onError: (error: unknown, during: string) => void;
}

/** Opens the data folder, takes its lock, and starts what agents and installations reach. */
export async function openFoundation(
  { config, env, onLog, drive = true }: ControlPlaneOptions,
  stops: StopList,
): Promise<Foundation> {
  const onError = (error: unknown, during: string) => onLog(`error during ${during}: ${describe(error)}`);
  const folder = await openDataFolder(config.dataDir);
  const [{ store, stop }, sandbox, workspaces] = await Promise.all([
    openDatabase(config, onLog),
    detectSandbox(config.sandbox.mode),
    detectOverlay({ wanted: config.workspace.strategy, dataDir: folder.root }),
  ]);
  stops.add('database', stop);
  stops.add('database connections', () => store.close());
  const lock = await acquireFolderLock(store, folder, (error) => {
    onLog(`${error.text.what} ${error.text.why} This control plane ends.`);
    void stops.run();
  });
  stops.add('folder lock', () => lock.release());
  await beginNodeLife({ store, nodeId: folder.nodeId, drives: drive, onError }, stops);
  const queue = await createQueue(store, { onError: (error) => onError(error, 'the queue') });
  stops.add('queue', () => queue.close());
  const gateway = await startModelGateway({ config, env, folder, queue, onError });
  stops.add('gateway', () => gateway.close());
  const egress = await startEgress(folder, env, onLog);
  stops.add('egress proxy', () => egress.close());
  const artifacts = createFileArtifacts(config.artifacts.dir ?? folder.artifacts);
  return { folder, store, queue, artifacts, sandbox, workspaces, gateway, egress, onError };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
