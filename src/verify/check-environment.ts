import { childEnvironment, type HostEnvironment } from '../process/child-environment.ts';
import { plainScripts, type ScriptSettings } from './script-settings.ts';

/** What every check and installation is told: nobody watches, nothing is to wait for input, no colours were asked for by us (V2). */
export const checkEnvironment = {
  CI: 'true',
  HUSKY: '0',
  GIT_TERMINAL_PROMPT: '0',
  npm_config_yes: 'true',
} as const;

/**
 * The same on every machine and for base and change alike. Zone and language are those of hosted CI: the host's would decide dates, sort
 * orders and the language of messages. Neither NO_COLOR nor FORCE_COLOR: projects test their colours, and must see what they would see in
 * CI. No network is asked for that is not there: npm and cargo would try again before they say so.
 */
const NEUTRAL = {
  ...checkEnvironment,
  TZ: 'UTC',
  LANG: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
  COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  DO_NOT_TRACK: '1',
  CARGO_NET_OFFLINE: 'true',
  NEXT_TELEMETRY_DISABLED: '1',
  NO_UPDATE_NOTIFIER: '1',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
} as const;

export interface CheckEnvironmentOptions {
  readonly home: string;
  readonly path: string;
  /** Of the base commit; absent: npm's own. They beat every .npmrc. */
  readonly scripts?: ScriptSettings | undefined;
}

/** The whole environment of a check. */
export function environmentOfCheck(
  host: HostEnvironment,
  { home, path, scripts = plainScripts }: CheckEnvironmentOptions,
): Record<string, string> {
  const run = { npm_config_script_shell: scripts.scriptShell, npm_config_node_options: scripts.nodeOptions };
  const all = childEnvironment(host, { home, extra: { ...NEUTRAL, ...run, PATH: path } });
  return Object.fromEntries(Object.entries(all).filter(([name]) => !/^(?:LC_[A-Z]+|LANGUAGE)$/.test(name)));
}

/** What of it may differ from one machine, or one day, to the next. */
export function environmentIdentity(host: HostEnvironment): Record<string, string> {
  return environmentOfCheck(host, { home: '', path: host['PATH'] ?? '' });
}
