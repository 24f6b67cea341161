const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)/i;

/**
 * The environment of a worker: the host's, without anything that is or looks like a secret. Workers need HOME, PATH and SSH_AUTH_SOCK to
 * fetch from the user's remotes; they never need a provider's key.
 */
export function workerEnvironment(
  hostEnvironment: Readonly<Record<string, string | undefined>>,
  keyVariables: readonly string[],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(hostEnvironment)) {
    const secret = keyVariables.includes(name) || name.startsWith('RUNYARD_') || SECRET_NAME.test(name);
    if (value !== undefined && !secret) kept[name] = value;
  }
  return kept;
}
