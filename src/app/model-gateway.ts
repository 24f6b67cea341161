import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Run } from '../domain/run.ts';
import type { Stage } from '../domain/stage.ts';
import { createGateway } from '../gateway/gateway.ts';
import { issueGatewayToken } from '../gateway/token.ts';
import { addMs } from '../lib/deadline.ts';
import { loadCatalogue } from '../model/catalogue.ts';
import type { Assignment } from '../protocol/worker.ts';
import type { Queue } from '../queue/queue.ts';
import { recordModelCall } from '../store/model-calls.ts';
import { findRun } from '../store/runs.ts';
import { persist } from '../supervisor/persist.ts';
import type { DataFolder } from './data-folder.ts';
import { createProviderObserver, noteCredentials } from './provider-breakers.ts';

export interface ModelGateway {
  /** What workers are told; null when no provider is configured. */
  readonly access: Assignment['gateway'];
  issueToken(request: { run: Run; stage: Stage; attempt: number; models: readonly string[] }): string;
  close(): Promise<void>;
}

export interface ModelGatewayOptions {
  readonly config: Config;
  /** The host's proxy settings are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: DataFolder;
  readonly queue: Queue;
  readonly onError: (error: unknown, during: string) => void;
}

/** A token outlives its run's deadline by the time an agent needs to notice. */
const TOKEN_GRACE_MS = 60_000;

/**
 * The gateway on two listeners: a unix socket that is bound into sandboxes, and a loopback port of its own for the worker and for hosts
 * that cannot separate networks. Neither serves the control API.
 */
export async function startModelGateway({
  config,
  env,
  folder,
  queue,
  onError,
}: ModelGatewayOptions): Promise<ModelGateway> {
  const providers = Object.entries(config.providers).map(([name, { kind, baseUrl, apiKey }]) => ({
    name,
    kind,
    baseUrl,
    apiKey,
  }));
  const { signingKey } = folder;
  const { store } = queue;
  await noteCredentials(queue, { providers, signingKey, policy: config.breakers });
  const overlay = path.join(folder.root, 'models.json');
  const gateway = createGateway({
    providers,
    catalogue: loadCatalogue(existsSync(overlay) ? overlay : null),
    signingKey,
    proxyEnvironment: env,
    isCurrent: async (runId, epoch) => {
      const run = await findRun(store.db, runId);
      return run.state === 'running' && run.epoch === epoch;
    },
    // The answer ends when this does: what an agent was told that it used is recorded, even if the database was away for a while.
    record: (call) => persist(() => recordModelCall(store.db, call)),
    observe: createProviderObserver(queue, config.breakers),
    onError: (error) => onError(error, 'the gateway'),
  });
  const socketPath = path.join(folder.sockets, 'gateway.sock');
  let url: string;
  try {
    await gateway.listenOnSocket(socketPath);
    url = await gateway.listen({ host: '127.0.0.1', port: 0 });
  } catch (error) {
    await gateway.close();
    throw error;
  }
  return {
    access: {
      url,
      socketPath,
      protocols: Object.fromEntries(providers.map(({ name, kind }) => [name, kind])),
    },
    issueToken({ run, stage, attempt, models }) {
      const expiresAt = addMs(run.deadlineAt ?? run.expiresAt, TOKEN_GRACE_MS).toISOString();
      return issueGatewayToken(
        { runId: run.id, epoch: run.epoch, stage, attempt, models: [...models], expiresAt },
        signingKey,
      );
    },
    close: () => gateway.close(),
  };
}
