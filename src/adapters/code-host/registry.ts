import { createGitCodeHost, type GitCodeHostOptions } from './git/git-code-host.ts';
import type { CodeHost } from './types.ts';

/** The only file that knows the code hosts by name. */
export function createCodeHost(name: 'git', options: GitCodeHostOptions): CodeHost {
  const hosts = { git: createGitCodeHost };
  return hosts[name](options);
}
