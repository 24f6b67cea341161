import { rename } from 'node:fs/promises';
import { removeFolder } from '../process/remove-folder.ts';

/** Removes a workspace, in a limited time (G2). It is renamed first, so that a run that starts again never meets half of it. */
export async function removeWorkspace(folder: string): Promise<void> {
  const doomed = `${folder}.removing`;
  await removeFolder(doomed);
  try {
    await rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await removeFolder(doomed);
}

const ASIDE = /\.unsaved-\d+$/;

/** Work that could not be saved stays where a person finds it, out of the way of the run's next worker (X1). */
export async function setWorkspaceAside(folder: string, epoch: number): Promise<void> {
  await rename(folder, `${folder}.unsaved-${epoch}`);
}

export function isSetAside(folder: string): boolean {
  return ASIDE.test(folder);
}
