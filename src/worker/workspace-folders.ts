import path from 'node:path';
import type { Assignment } from '../protocol/worker.ts';

/** The places inside a run's workspace. Agent and checks see `checkout`, `verify` and `home` only. */
export function workspaceFolders({ folders }: Pick<Assignment, 'folders'>) {
  const root = folders.workspace;
  return {
    root,
    checkout: path.join(root, 'checkout'),
    hostGitDir: path.join(root, 'host.git'),
    verify: path.join(root, 'verify'),
    home: path.join(root, 'home'),
    promptFile: path.join(root, 'prompt.md'),
    bundle: path.join(root, 'work.bundle'),
  };
}
