import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Nothing the size of a disk is removed in less; nothing waits longer for it (G2). */
const REMOVAL_LIMIT_MS = 120_000;

/**
 * Removes a workspace. It is renamed first, so that a run that starts again never meets half of it. What Node cannot remove (paths
 * beyond the system's limit, folders without permissions) coreutils can: they walk from folder to folder.
 */
export async function removeWorkspace(folder: string): Promise<void> {
  const doomed = `${folder}.removing`;
  await removeAll(doomed);
  try {
    await rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await removeAll(doomed);
}

async function removeAll(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    const run = promisify(execFile);
    await run('chmod', ['-R', 'u+rwx', '--', folder], { timeout: REMOVAL_LIMIT_MS }).catch(() => undefined);
    await run('rm', ['-rf', '--', folder], { timeout: REMOVAL_LIMIT_MS });
  }
}
