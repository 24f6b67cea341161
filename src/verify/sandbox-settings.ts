import type { SandboxMode } from '../domain/sandbox.ts';
import type { Redact } from '../lib/redact.ts';
import type { HostEnvironment } from '../process/child-environment.ts';
import type { SandboxPolicy } from '../process/types.ts';
import type { ScriptSettings } from './script-settings.ts';

/** What every child of verification has in common. */
export interface VerifyHost {
  readonly sandbox: {
    readonly mode: SandboxMode;
    readonly readable: readonly string[];
    readonly masked: readonly string[];
  };
  /** A unix socket that leads to package registries; null: installations have no network under bubblewrap. */
  readonly egressSocketPath: string | null;
  readonly environment: HostEnvironment;
  /** What runs the scripts of checks; absent: npm's own. */
  readonly scripts?: ScriptSettings;
  readonly killGraceMs: number;
  readonly redact: Redact;
  readonly signal: AbortSignal;
  /** Compiled code of our own programs, see own-programs.ts; absent or null: there is none. */
  readonly compiled?: string | null;
}

/** Any port will do: the network namespace is the child's own. */
const PROXY_PORT = 8964;

/** Checks have no network of their own; weaker modes cannot take it away. */
export function checkSandbox({ sandbox }: VerifyHost, writable: readonly string[]): SandboxPolicy {
  return {
    mode: sandbox.mode,
    writable,
    readable: sandbox.readable,
    masked: sandbox.masked,
    network: sandbox.mode === 'bubblewrap' ? 'none' : 'host',
    bridges: [],
  };
}

/** Installations reach package registries through the egress proxy where the network can be closed. */
export function installSandbox(host: VerifyHost, writable: readonly string[]): SandboxPolicy {
  const policy = checkSandbox(host, writable);
  if (!usesProxy(host)) return policy;
  return { ...policy, bridges: [{ port: PROXY_PORT, socketPath: host.egressSocketPath ?? '' }] };
}

function usesProxy({ sandbox, egressSocketPath }: VerifyHost): boolean {
  return sandbox.mode === 'bubblewrap' && egressSocketPath !== null;
}

/** Variables that send npm, pnpm, yarn and bun through the proxy, and keep packages from fetching browsers past it. */
export function proxyEnvironment(host: VerifyHost): Record<string, string> {
  if (!usesProxy(host)) return {};
  const url = `http://127.0.0.1:${PROXY_PORT}`;
  return {
    http_proxy: url,
    https_proxy: url,
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: '',
    YARN_HTTP_PROXY: url,
    YARN_HTTPS_PROXY: url,
    ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    PUPPETEER_SKIP_DOWNLOAD: '1',
    CYPRESS_INSTALL_BINARY: '0',
    SENTRYCLI_SKIP_DOWNLOAD: '1',
  };
}

/** Whether nothing that is verified can write to where answers are kept. */
export function isOutOfReach({ sandbox }: Pick<VerifyHost, 'sandbox'>): boolean {
  return sandbox.mode === 'bubblewrap';
}

/** Whether checks that run at the same time have networks and temporary folders of their own. */
export function areApart({ sandbox }: Pick<VerifyHost, 'sandbox'>): boolean {
  return sandbox.mode === 'bubblewrap';
}
