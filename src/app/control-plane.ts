import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { createLiveEvents, type LiveEvents } from '../api/live/hub.ts';
import { createApiServer } from '../api/server.ts';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { enforceDeadlines } from '../queue/enforce-deadlines.ts';
import { type AssignmentOf, createAssignments } from './assignment.ts';
import { createDelivery } from './delivery.ts';
import { type DrainingNode, type DrainRequest, drainNode } from './drain.ts';
import { startDriving } from './drive.ts';
import { createEventWaiters } from './event-waiters.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { createHealth } from './health.ts';
import { type ControlPlaneOptions, leaseMs } from './options.ts';
import { startReconciling } from './reconcile-queue.ts';
import { createRequireRunnable } from './require-runnable.ts';
import { createSalvage } from './salvage.ts';
import { createScheduling, type Scheduling } from './scheduling.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { createSourceMemory, type SourceMemory } from './source-memory.ts';
import { createStopList, type StopList } from './stop-list.ts';
import { runyardVersion } from './version.ts';

export interface ControlPlane {
  readonly url: string;
  readonly token: string;
  /**
   * Takes no new runs and lets those in flight end; resolves when they have, at the limit, or when `hurry` aborts. `stop` comes after it.
   */
  drain(drain: DrainRequest): Promise<void>;
  /** Ends workers (their runs resume at the next start), then everything that was started here, the embedded database included. */
  stop(): Promise<void>;
}

/** The one builder of the control plane: `runyard serve` and one-shot commands are the same system, for different times. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const stops = createStopList(options.onLog);
  try {
    const foundation = await openFoundation(options, stops);
    await enforceDeadlines(foundation.queue);
    const { url, node } = await serve(options, foundation, stops);
    return {
      url,
      token: foundation.folder.apiToken,
      drain: (drain) => drainNode(node, foundation, drain),
      stop: () => stops.run(),
    };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

interface Serving {
  readonly url: string;
  readonly node: DrainingNode;
}

/** API first, then the driver, then the file that tells others where to find it. */
async function serve(
  options: ControlPlaneOptions,
  foundation: Foundation,
  stops: StopList,
): Promise<Serving> {
  const { config, drive = true } = options;
  const { store } = foundation;
  const waiters = createEventWaiters();
  const live = createLiveEvents({ db: store.db, onError: foundation.onError });
  const node: DrainingNode = { driver: null, accepting: true };
  const sources = createSourceMemory(options.env);
  const assignmentOf = createAssignments({ ...foundation, ...options, sources });
  const scheduling = await createScheduling(options, foundation);
  const api = createApi(options, foundation, {
    assignmentOf,
    scheduling,
    sources,
    accepting: () => node.accepting,
    active: () => node.driver?.active() ?? 0,
    drives: drive,
    runChanged: (run) => node.driver?.runChanged(run),
    waitForEvent: waiters.wait,
    live,
  });
  const url = await listen(api, config.server);
  stops.add('api', () => api.close());

  node.driver = drive ? await startDriving(options, { ...foundation, assignmentOf, scheduling }, url) : null;
  stops.add('supervisor', async () => {
    node.accepting = false;
    await node.driver?.stop();
  });
  if (drive) startReconciling(foundation, stops);
  const unlisten = await Promise.all([
    store.listen('runyard_events', (runId) => waiters.notify(runId)),
    store.listen('runyard_events', live.wake),
    store.listen('runyard_system', live.wake),
    store.listen('runyard_runs', (runId) => node.driver?.runMayHaveChanged(runId)),
  ]);
  stops.add('notifications', () => Promise.all(unlisten.map((stop) => stop())));

  if (drive) await announce(foundation, url, stops);
  stops.add('waiting requests', async () => waiters.close());
  stops.add('viewers', async () => live.close());
  return { url, node };
}

/** Only a control plane that moves runs is one that others should use. */
async function announce({ folder, onError }: Foundation, url: string, stops: StopList): Promise<void> {
  const node = `${hostname()}/${folder.nodeId}`;
  const content = {
    url,
    pid: process.pid,
    node,
    version: runyardVersion,
    startedAt: new Date().toISOString(),
  };
  await writeServerFile(folder.serverFile, content).catch((error: unknown) =>
    onError(error, 'writing server.json'),
  );
  stops.add('server file', () => removeServerFile(folder.serverFile, process.pid));
}

/** Throws `api.address-unusable` for an address that is taken or not ours. */
async function listen(api: FastifyInstance, { host, port }: { host: string; port: number }): Promise<string> {
  try {
    return await api.listen({ host, port });
  } catch (error) {
    throw runyardError('api.address-unusable', { host, port, detail: messageOf(error) }, error);
  }
}

interface ApiHooks {
  readonly assignmentOf: AssignmentOf;
  readonly sources: SourceMemory;
  readonly scheduling: Scheduling;
  readonly drives: boolean;
  readonly accepting: () => boolean;
  readonly active: () => number;
  readonly runChanged: (run: Run) => void;
  readonly waitForEvent: (runId: string, waitMs: number) => Promise<'look' | 'closing'>;
  readonly live: LiveEvents;
}

function createApi(options: ControlPlaneOptions, foundation: Foundation, hooks: ApiHooks) {
  const { config, env } = options;
  const { folder, store, queue, artifacts, sandbox, gateway, onError } = foundation;
  const { sources } = hooks;
  return createApiServer({
    queue,
    artifacts,
    apiToken: folder.apiToken,
    signingKey: folder.signingKey,
    leaseMs,
    maxQueued: config.scheduler.maxQueued,
    requestsPerMinute: config.server.requestsPerMinute,
    breakers: config.breakers,
    requireRunnable: createRequireRunnable({ config, env, sandbox, sources }),
    nodeId: folder.nodeId,
    version: runyardVersion,
    accepting: hooks.accepting,
    health: createHealth({
      store,
      sandbox,
      nodeId: folder.nodeId,
      active: hooks.active,
      accepting: hooks.accepting,
    }),
    queueView: () => hooks.scheduling.view(hooks.drives ? hooks.active() : null),
    waitForEvent: hooks.waitForEvent,
    live: hooks.live,
    runChanged: hooks.runChanged,
    assignmentOf: hooks.assignmentOf,
    issueGatewayToken: gateway.issueToken,
    ...createDelivery({ queue, artifacts, mirrors: folder.mirrors, env, sources }),
    salvage: createSalvage({ store, artifacts, mirrors: folder.mirrors, sources }),
    onUnexpected: onError,
  });
}
