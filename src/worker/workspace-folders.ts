import path from 'node:path';
import type { PreparedFiles } from '../git/materialise.ts';
import type { LayerPlace } from '../git/overlay/checkout-layer.ts';
import { hasOwnMounts } from '../git/overlay/overlay-mount.ts';
import type { Assignment } from '../protocol/worker.ts';
import type { Progress } from './context.ts';

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

/** null as well when mounts made here would be the host's. */
export function usableLayers({ layers }: Pick<Assignment, 'layers'>): LayerPlace | null {
  return layers && hasOwnMounts() ? layers : null;
}

/** What a clean copy of a commit is laid over, where this worker may mount. */
export function preparedFiles(
  assignment: Pick<Assignment, 'layers'>,
  { mirrorDir, baseCommit }: Pick<Progress, 'mirrorDir' | 'baseCommit'>,
): PreparedFiles | null {
  const layers = usableLayers(assignment);
  return layers && mirrorDir && baseCommit ? { layers, mirrorDir, baseCommit } : null;
}
