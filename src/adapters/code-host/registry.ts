import { createGitCodeHost } from './git/git-code-host.ts';
import type { CodeHost } from './types.ts';

/** The only file that knows the code hosts by name. */
export function createCodeHost(name: 'git'): CodeHost {
  const hosts = { git: createGitCodeHost };
  return hosts[name]();
}
