import path from 'node:path';
import { messageOf } from '../domain/errors/runyard-error.ts';
import { readNpmSettings, registryHosts } from '../verify/dependencies/npm-settings.ts';
import { defaultRegistryHosts, type EgressProxy, startEgressProxy } from '../verify/egress/egress-proxy.ts';
import type { DataFolder } from './data-folder.ts';

/**
 * The way out for installing dependencies: package registries, and those the operator's npm is set up for. Asking npm takes half a second, so
 * the proxy opens first and learns of them a moment later.
 */
export async function startEgress(
  folder: DataFolder,
  env: Readonly<Record<string, string | undefined>>,
  onLog: (line: string) => void,
): Promise<EgressProxy> {
  const operatorHosts: string[] = [];
  const proxy = await startEgressProxy({
    socketPath: path.join(folder.sockets, 'egress.sock'),
    allowedHosts: defaultRegistryHosts,
    operatorHosts,
    onConnection: ({ host, port, allowed, reason }) => {
      if (!allowed) onLog(`an installation wanted ${host}:${port} and was refused: ${reason}`);
    },
  });
  const asking = new AbortController();
  const asked = readNpmSettings(env, asking.signal).then(
    (settings) => operatorHosts.push(...registryHosts(settings)),
    (error: unknown) => onLog(`npm's own settings cannot be read: ${messageOf(error)}`),
  );
  return {
    socketPath: proxy.socketPath,
    async close() {
      asking.abort();
      await asked;
      await proxy.close();
    },
  };
}
