import { statSync } from 'node:fs';
import { type HostEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';

/** Which Node the checks will meet. Another one may need other builds of native packages and give other results. */
export function nodeIdentity(host: HostEnvironment): string {
  return programIdentity('node', host);
}

/** Equal as long as it is the same file of the machine. */
export function programIdentity(name: string, host: HostEnvironment): string {
  const path = findExecutable(name, userPath(host['PATH']));
  if (!path) return 'none';
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}
