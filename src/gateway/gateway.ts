import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { ListenOptions } from 'node:net';
import { systemClock } from '../lib/clock.ts';
import { http } from '../lib/node-http.ts';
import { createRedactor } from '../lib/redact.ts';
import { loadCatalogue } from '../model/catalogue.ts';
import { createBodyBudget } from './body-budget.ts';
import { type HandlerTools, handleRequest } from './handle-request.ts';
import { ownershipCheck } from './ownership.ts';
import { defaultLimits, defaultRetry, type GatewayOptions } from './types.ts';
import { createUpstream } from './upstream.ts';

export interface Gateway {
  /** On TCP: resolves with `http://host:port`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<string>;
  /** On a unix socket that only this user may use; one left behind is replaced. */
  listenOnSocket(socketPath: string): Promise<void>;
  /** Cuts what is under way; every cut call is recorded before this resolves. */
  close(): Promise<void>;
}

/**
 * The only thing that holds provider keys. Agents speak Anthropic Messages or OpenAI Chat Completions to it with a gateway token;
 * it passes the bytes through, counts tokens and cost, fits the request to the model, and tries again where that can help.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const servers: Server[] = [];
  const sockets: string[] = [];
  const underWay = new Set<Promise<void>>();
  const tools = toolsFrom(options);

  async function start(address: ListenOptions): Promise<Server> {
    const server = http.createServer((request, response) => {
      // Writing to an agent that has gone is no fault; unheard, it would end the process.
      response.on('error', () => undefined);
      const work = handleRequest(request, response, tools).catch(options.onError);
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    });
    // A model may think for many minutes before it answers; the time limits of the call do the watching.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, resolve);
    });
    servers.push(server);
    return server;
  }

  return {
    async listen({ host, port }) {
      const server = await start({ host, port });
      const address = server.address();
      return `http://${host}:${typeof address === 'object' && address ? address.port : port}`;
    },
    async listenOnSocket(socketPath) {
      rmSync(socketPath, { force: true });
      await start({ path: socketPath });
      await chmod(socketPath, 0o600);
      sockets.push(socketPath);
    },
    async close() {
      const closed = servers.map((server) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        server.close(() => resolve());
        server.closeAllConnections();
        return promise;
      });
      await Promise.all([...closed, ...underWay]);
      tools.upstream.close();
      for (const path of sockets) rmSync(path, { force: true });
    },
  };
}

function toolsFrom(options: GatewayOptions): HandlerTools {
  const clock = options.clock ?? systemClock;
  return {
    options,
    clock,
    catalogue: options.catalogue ?? loadCatalogue(),
    checkOwnership: ownershipCheck(options.isCurrent, clock),
    bodies: createBodyBudget(),
    upstream: createUpstream(options.proxyEnvironment),
    limits: { ...defaultLimits, ...options.limits },
    retry: { ...defaultRetry, ...options.retry },
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
    redact: createRedactor(options.providers.flatMap(({ apiKey }) => (apiKey === null ? [] : [apiKey]))),
  };
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
}
