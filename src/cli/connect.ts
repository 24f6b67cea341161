import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, createApiClient } from '../api/client.ts';
import { type ServerFile, serverFileSchema } from '../api/contract.ts';
import { prepareDataFolder } from '../config/data-folder.ts';
import type { Config } from '../config/schema.ts';
import { messageOf, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { CliContext, OwnControlPlane } from './context.ts';

/**
 * A connection to the control plane of a data folder. Another process may own that control plane and end it at any time; `reconnect`
 * then finds the next one, or starts one here.
 */
export interface Session {
  readonly api: ApiClient;
  /** Whether the control plane runs in this process. */
  readonly own: boolean;
  /** Whether somebody takes runs up: a server, or this process. With a shared database other nodes may, which nobody here can see. */
  readonly driven: boolean;
  /** Nothing more can be asked; whoever still works for a command that was interrupted stops. */
  readonly closed: boolean;
  /** A request that must still be answered when the session closes, for a few seconds at most. */
  letFinish(request: Promise<unknown>): void;
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly config: Config;
  /** Whether a control plane started here also starts and resumes runs. */
  readonly drive: boolean;
  readonly onLog: (line: string) => void;
  /** Who the audit log says it is. Default: cli. */
  readonly client?: 'cli' | 'mcp';
}

/** Uses the control plane that serves the data folder, or starts one in this process for as long as the session lasts. */
export async function connectControlPlane(context: CliContext, options: ConnectOptions): Promise<Session> {
  await prepareDataFolder(options.config.dataDir);
  let current = await connectOnce(context, options);
  let connecting: Promise<Connected> | null = null;
  const unfinished: Promise<unknown>[] = [];
  let closed = false;
  return {
    letFinish: (request) => void unfinished.push(request),
    get api() {
      return current.api;
    },
    get own() {
      return current.own !== null;
    },
    get driven() {
      return current.own === null || options.drive || options.config.database.url !== null;
    },
    get closed() {
      return closed;
    },
    async reconnect() {
      if (closed) return;
      current.api.close();
      if (current.own)
        throw runyardError('cli.control-plane-unreachable', {
          url: current.api.url,
          detail: 'It ended unexpectedly.',
        });
      connecting = connectOnce(context, options);
      current = await connecting;
    },
    async close() {
      closed = true;
      await Promise.race([Promise.allSettled(unfinished), delay(LAST_ANSWER_MS, undefined, { ref: false })]);
      // What a reconnection has started that nobody waits for any more is ended too.
      if (connecting) current = await connecting.catch(() => current);
      current.api.close();
      await current.own?.stop();
    },
  };
}

interface Connected {
  readonly api: ApiClient;
  readonly own: OwnControlPlane | null;
}

const LAST_ANSWER_MS = 5_000;
const START_WAIT_MS = 20_000;
const POLL_MS = 200;

async function connectOnce(context: CliContext, options: ConnectOptions): Promise<Connected> {
  const deadline = Date.now() + START_WAIT_MS;
  for (;;) {
    const running = await findRunning(options.config.dataDir, options.client);
    if (running) return { api: running, own: null };
    try {
      return await startOwn(context, options);
    } catch (error) {
      // Another process holds the folder and has not said yet where it listens, or is about to leave.
      const held = error instanceof RunyardError && error.code === 'api.data-folder-in-use';
      if (!held || Date.now() > deadline) throw error;
      await delay(POLL_MS);
    }
  }
}

async function startOwn(
  context: CliContext,
  { config, drive, onLog, client = 'cli' }: ConnectOptions,
): Promise<Connected> {
  const { services, env } = context;
  await services.requireReady(config, env);
  const own = await services.startControlPlane({ config, env, onLog, drive });
  return { api: createApiClient({ url: own.url, token: own.token, client }), own };
}

const HEALTH_TIMEOUT_MS = 5_000;

/** The control plane that serves the folder now, if it answers; null when there is none. */
export async function findRunning(dataDir: string, client: 'cli' | 'mcp' = 'cli'): Promise<ApiClient | null> {
  const server = await readServerFile(path.join(dataDir, 'server.json'));
  if (!server || !(await answers(server))) return null;
  const tokenFile = path.join(dataDir, 'api-token');
  const token = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw runyardError('cli.token-missing', { file: tokenFile, detail: messageOf(error) }, error);
  });
  return createApiClient({ url: server.url, token: token.trim(), client });
}

/** Asks without the token: a port that was left behind may belong to somebody else by now. */
async function answers({ url, pid }: ServerFile): Promise<boolean> {
  const probe = createApiClient({ url, token: '', timeoutMs: HEALTH_TIMEOUT_MS });
  try {
    return (await probe.health()).pid === pid;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

async function readServerFile(file: string): Promise<ServerFile | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return serverFileSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
