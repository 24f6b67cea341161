import { systemPath } from '../process/find-executable.ts';

export type UserEnvironment = Readonly<Record<string, string | undefined>>;

/** Settings that win over any file: nothing a repository's or a user's configuration names is run, and nothing asks. */
const SETTINGS: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.quotePath': 'false',
  'core.pager': 'cat',
  'core.autocrlf': 'false',
  'protocol.ext.allow': 'never',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'commit.gpgSign': 'false',
  'tag.gpgSign': 'false',
  'fetch.writeCommitGraph': 'false',
  'submodule.recurse': 'false',
  'advice.detachedHead': 'false',
};

const NO_CONFIGURATION = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

const FIXED: Readonly<Record<string, string>> = {
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_EDITOR: 'true',
  GIT_ASKPASS: 'true',
  SSH_ASKPASS: 'true',
  LC_ALL: 'C',
};

/** What the user's own way to a remote may need: credential helpers, ssh agent and keys, proxies, certificates. */
const FOR_REMOTES = [
  'HOME',
  'USER',
  'LOGNAME',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'SSH_AUTH_SOCK',
  'SSH_AGENT_PID',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SUDO_UID',
];

/**
 * The complete environment of a git process: no variable of ours, no configuration of the user's or the system's. With `user`, what
 * the user's own way to a remote needs is kept, and the user's and the system's configuration are read.
 */
export function gitEnvironment(user: UserEnvironment | undefined): Record<string, string> {
  if (user === undefined) return { ...FIXED, ...settings(), ...NO_CONFIGURATION, PATH: systemPath };
  const kept = FOR_REMOTES.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]] as const]));
  return { ...FIXED, ...settings(), ...Object.fromEntries(kept), PATH: user['PATH'] ?? systemPath };
}

/** As variables and not as `-c` arguments, so that the commands in error messages stay readable. */
function settings(): Record<string, string> {
  const entries = Object.entries(SETTINGS);
  const variables = entries.flatMap(([key, value], i): [string, string][] => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(variables) };
}
