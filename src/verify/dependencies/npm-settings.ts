import { type HostEnvironment, userPath } from '../../process/child-environment.ts';
import { runProcess } from '../../process/run-process.ts';

/** How the operator's npm reaches its registries. Holds no credentials: those never enter a sandbox. */
export interface NpmSettings {
  readonly registry: string;
  readonly cafile: string | null;
  /** `@scope:registry` entries. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly strictSsl: boolean;
}

const DEFAULTS: NpmSettings = {
  registry: 'https://registry.npmjs.org/',
  cafile: null,
  scopes: {},
  strictSsl: true,
};
const TIMEOUT_MS = 20_000;

const answers = new WeakMap<HostEnvironment, NpmSettings>();

/** Asks the host's npm, outside of any repository, once per environment: it takes half a second. Without npm the defaults hold. */
export async function readNpmSettings(host: HostEnvironment, signal?: AbortSignal): Promise<NpmSettings> {
  const known = answers.get(host);
  if (known) return known;
  const settings = await askNpm(host, signal);
  if (signal?.aborted !== true) answers.set(host, settings);
  return settings;
}

async function askNpm(host: HostEnvironment, signal: AbortSignal | undefined): Promise<NpmSettings> {
  const result = await runProcess({
    argv: ['npm', 'config', 'list', '--json'],
    cwd: '/',
    env: { ...npmEnvironment(host), PATH: userPath(host['PATH']) },
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: 1_000, maxOutputBytes: 1024 * 1024 },
    ...(signal ? { signal } : {}),
  });
  const settings = parse(result.stdout);
  return settings ? settingsOf(settings) : DEFAULTS;
}

/** What npm needs to find its own configuration. */
export function npmEnvironment(host: HostEnvironment): Record<string, string> {
  const names = [
    'HOME',
    'NPM_CONFIG_USERCONFIG',
    'NPM_CONFIG_GLOBALCONFIG',
    'NPM_CONFIG_REGISTRY',
    'NPM_CONFIG_CAFILE',
    'XDG_CONFIG_HOME',
  ];
  return Object.fromEntries(
    names
      .flatMap((name) => [name, name.toLowerCase()])
      .flatMap((name) => {
        const value = host[name];
        return value === undefined ? [] : [[name, value]];
      }),
  );
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? { ...value } : null;
  } catch {
    return null;
  }
}

function settingsOf(settings: Record<string, unknown>): NpmSettings {
  const scopes = Object.entries(settings).flatMap(([name, value]) =>
    /^@[^:]+:registry$/.test(name) && typeof value === 'string' && isPlainUrl(value)
      ? [[name, value] as const]
      : [],
  );
  const { registry, cafile } = settings;
  return {
    registry: typeof registry === 'string' && isPlainUrl(registry) ? registry : DEFAULTS.registry,
    cafile: typeof cafile === 'string' ? cafile : null,
    scopes: Object.fromEntries(scopes),
    strictSsl: settings['strict-ssl'] !== false,
  };
}

/** A URL without a user name or password in it. */
function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, protocol } = new URL(text);
  return username === '' && password === '' && /^https?:$/.test(protocol);
}

/** Host names of all registries, for the egress proxy. */
export function registryHosts({ registry, scopes }: NpmSettings): string[] {
  return [...new Set([registry, ...Object.values(scopes)].map((url) => new URL(url).hostname.toLowerCase()))];
}

/** An npmrc for the sandbox: where to fetch from, and nothing secret. */
export function npmrcFor({ registry, cafile, scopes, strictSsl }: NpmSettings): string {
  const lines = [
    `registry=${registry}`,
    ...(cafile ? [`cafile=${cafile}`] : []),
    ...(strictSsl ? [] : ['strict-ssl=false']),
    ...Object.entries(scopes).map(([name, url]) => `${name}=${url}`),
    'fund=false',
    'audit=false',
    'update-notifier=false',
  ];
  return `${lines.join('\n')}\n`;
}
