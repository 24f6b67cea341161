import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_PROXY = 'https://proxy.golang.org,direct';
/** Below a folder of modules: what go fetched, as a proxy would serve it. */
const SERVED = 'cache/download';

/**
 * Modules that the user has fetched serve a child, which has another home and often no network: as a proxy that go reads and never
 * writes to, in front of the usual one. Nothing is set where none was fetched.
 */
export function goModuleCache(host: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const path = host['GOPATH']?.split(':')[0] || (host['HOME'] ? join(host['HOME'], 'go') : null);
  const modules = host['GOMODCACHE'] || (path === null ? null : join(path, 'pkg/mod'));
  if (modules === null || !existsSync(join(modules, SERVED))) return {};
  return { GOPROXY: `file://${join(modules, SERVED)},${host['GOPROXY'] || DEFAULT_PROXY}` };
}
