import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemPath } from './find-executable.ts';
import { goModuleCache } from './go-module-cache.ts';
import { rustToolChain } from './rust-tool-chain.ts';

export type HostEnvironment = Readonly<Record<string, string | undefined>>;

export interface ChildEnvironmentOptions {
  /** HOME of the child. */
  readonly home: string;
  /** Added last, so it wins. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Where Runyard itself is installed; tests pass another place. */
  readonly ownRoot?: string;
}

/** Taken over as they are. Nothing that could hold a secret, nothing that changes what a program prints or checks. */
const KEPT = new Set([
  'LANG',
  'LANGUAGE',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
]);

/** Where packages come from. A value with a user name or password in it is left out. */
const REGISTRIES = new Set([
  'NPM_CONFIG_REGISTRY',
  'NPM_CONFIG_CAFILE',
  'NPM_CONFIG_STRICT_SSL',
  'YARN_NPM_REGISTRY_SERVER',
  'YARN_REGISTRY',
  'PIP_INDEX_URL',
  'GOPROXY',
]);

/**
 * The environment agents and checks start with: an allow-list of the host's, never all of it. PATH loses the entries that npm or
 * `bin/runyard` added for Runyard's own packages, so the user's own `node` is found and not the one Runyard is pinned to.
 */
export function childEnvironment(
  host: HostEnvironment,
  options: ChildEnvironmentOptions,
): Record<string, string> {
  const kept = Object.entries(host).filter(([name, value]) => isKept(name, value ?? ''));
  const path = userPath(host['PATH'], options.ownRoot);
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    ...rustToolChain(host, path),
    ...goModuleCache({
      ...host,
      GOPROXY: isKept('GOPROXY', host['GOPROXY'] ?? '') ? host['GOPROXY'] : undefined,
    }),
    PATH: path,
    HOME: options.home,
    TERM: 'dumb',
    ...options.extra,
  };
}

/** PATH without Runyard's own packages and without relative entries, which would mean the agent's own folder. */
export function userPath(path: string | undefined, ownRoot = OWN_ROOT): string {
  const own = ownFolders(ownRoot);
  const entries = (path ?? '').split(':').filter((entry) => isAbsolute(entry) && !isOwn(resolve(entry), own));
  return entries.length === 0 ? systemPath : [...new Set(entries)].join(':');
}

const OWN_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Installed as a package, Runyard's dependencies lie beside it and not in it. */
function ownFolders(ownRoot: string): string[] {
  const root = resolve(ownRoot);
  const parent = resolve(root, '..');
  const inside = join(root, 'node_modules');
  return parent.endsWith('/node_modules') ? [inside, parent] : [inside];
}

function isOwn(entry: string, folders: readonly string[]): boolean {
  // npm also puts a folder of its own on PATH when it runs a script.
  if (entry.endsWith('/node-gyp-bin')) return true;
  return folders.some((folder) => entry === folder || entry.startsWith(`${folder}/`));
}

function isKept(name: string, value: string): boolean {
  if (value === '') return false;
  if (KEPT.has(name) || /^LC_[A-Z]+$/.test(name)) return true;
  return REGISTRIES.has(name.toUpperCase()) && !/:\/\/[^/]*@/.test(value);
}
