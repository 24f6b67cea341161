import { rename, rm } from 'node:fs/promises';

/**
 * Removes a workspace. It is renamed first, so that a run that starts again never meets half of it; read-only folders an agent left are
 * opened by `rm`'s own retries.
 */
export async function removeWorkspace(folder: string): Promise<void> {
  const doomed = `${folder}.removing`;
  await rm(doomed, { recursive: true, force: true, maxRetries: 3 });
  try {
    await rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(doomed, { recursive: true, force: true, maxRetries: 3 });
}
