import { git } from './git.ts';
import { withoutBrokenEncodings } from './working-tree-encoding.ts';
import { workspaceFolders } from './workspace.ts';

export interface ResetCheckoutOptions {
  readonly workspaceDir: string;
  /** A commit the host's repository has. */
  readonly commit: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Makes the work tree's files those of a commit, removing what later attempts added. Ignored files (installed packages) stay. */
export async function resetCheckout({
  workspaceDir,
  commit,
  timeoutMs,
  signal,
}: ResetCheckoutOptions): Promise<void> {
  const { checkout, hostGit } = workspaceFolders(workspaceDir);
  const area = { gitDir: hostGit, workTree: checkout, timeoutMs, signal };
  await withoutBrokenEncodings(hostGit, () => git(['read-tree', '--reset', '-u', commit], area));
}
