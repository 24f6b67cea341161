import { hostname } from 'node:os';
import { createExecutor } from '../adapters/executor/registry.ts';
import { createApiServer } from '../api/server.ts';
import { issueWorkerToken } from '../api/worker-token.ts';
import { createFileArtifacts } from '../artifacts/file-artifacts.ts';
import type { Config } from '../config/schema.ts';
import type { Run } from '../domain/run.ts';
import { newId } from '../lib/ids.ts';
import { createQueue } from '../queue/queue.ts';
import { startSupervisor } from '../supervisor/supervisor.ts';
import { createWorkSaver } from '../supervisor/work-saver.ts';
import { createAssignments } from './assignment.ts';
import { openDataFolder } from './data-folder.ts';
import { createDelivery } from './delivery.ts';
import { createEventWaiters } from './event-waiters.ts';
import { createHealth } from './health.ts';
import { startModelGateway } from './model-gateway.ts';
import { openDatabase } from './open-database.ts';
import { acquireFolderLock } from './folder-lock.ts';
import { chooseSandbox } from './sandbox.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { snapshotLeftWork } from './snapshot-left-work.ts';
import { startEgress } from './egress.ts';
import { runyardVersion } from './version.ts';
import { createStopList } from './stop-list.ts';
import { workerArgv } from './worker-argv.ts';
import { workerEnvironment } from './worker-environment.ts';

export interface ControlPlaneOptions {
  readonly config: Config;
  /** The host's environment; read here once, passed on filtered. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLog: (line: string) => void;
}

export interface ControlPlane {
  readonly url: string;
  readonly token: string;
  /** Ends workers (their runs resume at the next start), then everything that was started here, the embedded database included. */
  stop(): Promise<void>;
}

const LEASE_MS = 15_000;
const POLL_MS = 2_000;

/** The one builder of the control plane: `runyard serve` and one-shot commands are the same system, for different times. */
export async function startControlPlane({ config, env, onLog }: ControlPlaneOptions): Promise<ControlPlane> {
  const stops = createStopList(onLog);
  const onError = (error: unknown, during: string) => onLog(`error during ${during}: ${describe(error)}`);
  try {
    const folder = await openDataFolder(config.dataDir);
    const [{ store, embedded }, sandbox] = await Promise.all([
      openDatabase(config, onLog),
      chooseSandbox(config.sandbox),
    ]);
    stops.add('database', async () => {
      await store.close();
      await embedded?.stop();
    });
    const lock = await acquireFolderLock(store, folder);
    stops.add('folder lock', () => lock.release());
    const queue = await createQueue(store, { onError: (error) => onError(error, 'queue') });
    stops.add('queue', () => queue.close());
    const artifacts = createFileArtifacts(folder.artifacts);
    const gateway = await startModelGateway({ config, folder, store, onError });
    stops.add('gateway', () => gateway.close());
    const egress = await startEgress(folder, env);
    stops.add('egress proxy', () => egress.close());

    const waiters = createEventWaiters();
    let accepting = true;
    let supervisor: Awaited<ReturnType<typeof startSupervisor>> | null = null;
    const runChanged = (run: Run) => {
      supervisor?.notice(run);
      supervisor?.wake();
    };
    const delivery = createDelivery({ queue, artifacts, mirrors: folder.mirrors });
    const api = createApiServer({
      queue,
      artifacts,
      apiToken: folder.apiToken,
      signingKey: folder.signingKey,
      leaseMs: LEASE_MS,
      maxQueued: config.scheduler.maxQueued,
      accepting: () => accepting,
      nodeId: folder.nodeId,
      health: createHealth({ store, sandbox, nodeId: folder.nodeId, active: () => supervisor?.active.size ?? 0, accepting: () => accepting }),
      waitForEvent: waiters.wait,
      runChanged,
      assignmentOf: createAssignments({ config, folder, store, sandbox, gateway, egressSocketPath: egress.socketPath }),
      issueGatewayToken: gateway.issueToken,
      ...delivery,
      onUnexpected: onError,
    });
    const url = await api.listen({ host: config.server.host, port: config.server.port });
    stops.add('api', () => api.close());
    const keyVariables = Object.values(config.providers).map((provider) => provider.apiKeyEnv);
    const executor = createExecutor('local', {
      argv: workerArgv(),
      env: workerEnvironment(env, keyVariables),
      warm: config.worker.warm,
    });
    stops.add('workers', () => executor.close());
    supervisor = await startSupervisor({
      queue,
      executor,
      nodeId: folder.nodeId,
      limits: config.scheduler,
      leaseMs: LEASE_MS,
      pollMs: POLL_MS,
      controlUrl: url,
      workspacesDir: folder.workspaces,
      newWorkerId: () => `${folder.nodeId}/${newId()}`,
      issueWorkerToken: (claims) => issueWorkerToken(claims, folder.signingKey),
      saver: createWorkSaver({ queue, workspacesDir: folder.workspaces, snapshot: snapshotLeftWork, onError }),
      onError,
    });
    const started = supervisor;
    stops.add('supervisor', () => {
      accepting = false;
      return started.stop();
    });
    const unlisten = await Promise.all([
      store.listen('runyard_events', (runId) => waiters.notify(runId)),
      store.listen('runyard_runs', () => started.wake()),
    ]);
    stops.add('notifications', async () => void (await Promise.all(unlisten.map((stop) => stop()))));
    await writeServerFile(folder.serverFile, {
      url,
      pid: process.pid,
      node: `${hostname()}/${folder.nodeId}`,
      version: runyardVersion,
      startedAt: new Date().toISOString(),
    });
    stops.add('server file', () => removeServerFile(folder.serverFile, process.pid));
    return { url, token: folder.apiToken, stop: () => stops.run() };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
