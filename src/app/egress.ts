import path from 'node:path';
import { messageOf } from '../domain/errors/runyard-error.ts';
import { readNpmSettings, registryHosts } from '../verify/dependencies/npm-settings.ts';
import { defaultRegistryHosts, type EgressProxy, startEgressProxy } from '../verify/egress/egress-proxy.ts';
import type { DataFolder } from './data-folder.ts';

/**
 * The way out for installing dependencies: package registries, and those the operator's npm is set up for. npm is asked when an
 * installation first wants another host than the public registries.
 */
export async function startEgress(
  folder: DataFolder,
  env: Readonly<Record<string, string | undefined>>,
  onLog: (line: string) => void,
): Promise<EgressProxy> {
  const closing = new AbortController();
  let asked: Promise<readonly string[]> | null = null;
  const askNpm = () =>
    readNpmSettings(env, closing.signal).then(registryHosts, (error: unknown) => {
      onLog(`npm's own settings cannot be read: ${messageOf(error)}`);
      return [];
    });
  const proxy = await startEgressProxy({
    socketPath: path.join(folder.sockets, 'egress.sock'),
    allowedHosts: defaultRegistryHosts,
    operatorHosts: () => (asked ??= askNpm()),
    onConnection: ({ host, port, allowed, reason }) => {
      if (!allowed) onLog(`an installation wanted ${host}:${port} and was refused: ${reason}`);
    },
  });
  return {
    socketPath: proxy.socketPath,
    async close() {
      closing.abort();
      await asked;
      await proxy.close();
    },
  };
}
