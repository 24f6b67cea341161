import path from 'node:path';
import { defaultRegistryHosts, type EgressProxy, startEgressProxy } from '../verify/egress/egress-proxy.ts';
import type { DataFolder } from './data-folder.ts';

/** The way out for installing dependencies: package registries, and the one the operator's environment names. */
export function startEgress(
  folder: DataFolder,
  env: Readonly<Record<string, string | undefined>>,
  onRefused: (line: string) => void,
): Promise<EgressProxy> {
  const registry = hostOf(env['npm_config_registry'] ?? env['NPM_CONFIG_REGISTRY']);
  return startEgressProxy({
    socketPath: path.join(folder.sockets, 'egress.sock'),
    allowedHosts: defaultRegistryHosts,
    operatorHosts: registry ? [registry] : [],
    onConnection: ({ host, port, allowed, reason }) => {
      if (!allowed) onRefused(`an installation wanted ${host}:${port} and was refused: ${reason}`);
    },
  });
}

function hostOf(url: string | undefined): string | null {
  return url && URL.canParse(url) ? new URL(url).hostname : null;
}
