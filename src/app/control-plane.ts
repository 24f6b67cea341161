import { hostname } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createCodeHost } from '../adapters/code-host/registry.ts';
import { createLiveEvents, type LiveEvents } from '../api/live/hub.ts';
import { createApiServer } from '../api/server.ts';
import type { Config } from '../config/schema.ts';
import { messageOf, runyardError } from '../domain/errors/runyard-error.ts';
import type { Run } from '../domain/run.ts';
import { createRedactor } from '../lib/redact.ts';
import { enforceDeadlines } from '../queue/enforce-deadlines.ts';
import { accessSettings } from './access-settings.ts';
import { type AssignmentOf, createAssignments } from './assignment.ts';
import { createDelivery } from './delivery.ts';
import { type DrainingNode, type DrainRequest, drainNode } from './drain.ts';
import { startDriving } from './drive.ts';
import { createEventWaiters } from './event-waiters.ts';
import { firstSignInLink } from './first-sign-in-link.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { createHealth } from './health.ts';
import { installRoot } from './install-root.ts';
import { type ControlPlaneOptions, leaseMs } from './options.ts';
import { createReadiness } from './readiness.ts';
import { createReceipts } from './receipts.ts';
import { startReconciling } from './reconcile-queue.ts';
import { createRequireRunnable } from './require-runnable.ts';
import { requireSafeHost } from './require-safe-host.ts';
import { createSalvage } from './salvage.ts';
import { createScheduling, type Scheduling } from './scheduling.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';
import { createSourceMemory, type SourceMemory } from './source-memory.ts';
import { specOfTicket } from './spec-of-ticket.ts';
import { createStopList, type StopList } from './stop-list.ts';
import { runyardVersion } from './version.ts';
import { createViewSources } from './view-sources.ts';

export interface ControlPlane {
  readonly url: string;
  readonly token: string;
  /** A link for the first person, admin; null when somebody was let in before. */
  firstSignInLink(): Promise<string | null>;
  /**
   * Takes no new runs and lets those in flight end; resolves when they have, at the limit, or when `hurry` aborts. `stop` comes after it.
   */
  drain(drain: DrainRequest): Promise<void>;
  /** Ends workers (their runs resume at the next start), then everything that was started here, the embedded database included. */
  stop(): Promise<void>;
}

/** The one builder of the control plane: `runyard serve` and one-shot commands are the same system, for different times. */
export async function startControlPlane(given: ControlPlaneOptions): Promise<ControlPlane> {
  const options = { ...given, config: reachOf(given) };
  const stops = createStopList(options.onLog);
  try {
    const foundation = await openFoundation(options, stops);
    await enforceDeadlines(foundation.queue);
    await requireSafeHost(options.config, foundation.store);
    const { url, node } = await serve(options, foundation, stops);
    return {
      url,
      token: foundation.folder.apiToken,
      firstSignInLink: () => firstSignInLink(foundation, options.config.server.publicUrl ?? url),
      drain: (drain) => drainNode(node, foundation, drain),
      stop: () => stops.run(),
    };
  } catch (error) {
    await stops.run();
    throw error;
  }
}

/** Whoever only asks, such as the command that makes the first token, needs no address that others reach. */
function reachOf({ config, drive }: ControlPlaneOptions): Config {
  if (drive !== false) return config;
  return { ...config, server: { ...config.server, host: '127.0.0.1', port: 0 } };
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
    loopQuietMs: () => node.driver?.quietMs() ?? null,
    drives: drive,
    runChanged: (run) => node.driver?.runChanged(run),
    lookAtQueue: () => node.driver?.runMayHaveChanged(''),
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
  readonly loopQuietMs: () => number | null;
  readonly runChanged: (run: Run) => void;
  readonly lookAtQueue: () => void;
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
    access: accessSettings(config),
    signingKey: folder.signingKey,
    redact: createRedactor(Object.values(config.providers).flatMap(({ apiKey }) => apiKey ?? [])),
    leaseMs,
    maxQueued: config.scheduler.maxQueued,
    requestsPerMinute: config.server.requestsPerMinute,
    breakers: config.breakers,
    lessons: config.lessons,
    requireRunnable: createRequireRunnable({ config, env, sandbox, sources }),
    specOf: (ticket) => specOfTicket(config, ticket),
    lookAtQueue: hooks.lookAtQueue,
    nodeId: folder.nodeId,
    version: runyardVersion,
    dashboardFolder: path.join(installRoot, 'web', 'dist'),
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
    ...createDeliveries(options, foundation, hooks),
    views: createViews(options, foundation, hooks),
    salvage: createSalvage({ store, artifacts, mirrors: folder.mirrors, sources }),
    onUnexpected: onError,
  });
}

/** What leaves and what is signed. */
function createDeliveries({ env }: ControlPlaneOptions, foundation: Foundation, { sources }: ApiHooks) {
  const { folder, queue, artifacts, sandbox, onError } = foundation;
  const { mirrors } = folder;
  const codeHost = createCodeHost('git', { userEnvironment: env, mirrors, locate: sources.recall });
  const receipts = createReceipts({ queue, codeHost, folder, sandbox: sandbox.mode });
  receipts.currentKeyId().catch((error: unknown) => onError(error, 'making the receipt key known'));
  return {
    ...createDelivery({ queue, artifacts, mirrors, env, sources, codeHost, receipts }),
    receiptKeyId: receipts.currentKeyId,
  };
}

function createViews(options: ControlPlaneOptions, { folder, store }: Foundation, hooks: ApiHooks) {
  const { accepting, loopQuietMs, drives, scheduling } = hooks;
  const { short, places } = scheduling;
  const dataFolder = folder.root;
  const readiness = createReadiness({ store, dataFolder, accepting, short, loopQuietMs });
  return createViewSources({ ...options, dataFolder, places: drives ? places : null, short, readiness });
}
