import { rename, rm } from 'node:fs/promises';
import { fromErrorData } from '../domain/errors/runyard-error.ts';
import { systemPath } from '../process/find-executable.ts';
import { runProcess } from '../process/run-process.ts';

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

const ASIDE = /\.unsaved-\d+$/;

/** Work that could not be saved stays where a person finds it, out of the way of the run's next worker (X1). */
export async function setWorkspaceAside(folder: string, epoch: number): Promise<void> {
  await rename(folder, `${folder}.unsaved-${epoch}`);
}

export function isSetAside(folder: string): boolean {
  return ASIDE.test(folder);
}

async function removeAll(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    await coreutil(['chmod', '-R', 'u+rwx', '--', folder]);
    const { error } = await coreutil(['rm', '-rf', '--', folder]);
    if (error) throw fromErrorData(error);
  }
}

function coreutil(argv: [string, ...string[]]) {
  const limits = { timeoutMs: REMOVAL_LIMIT_MS, killGraceMs: 1000, maxOutputBytes: 4096 };
  return runProcess({ argv, cwd: '/', env: { PATH: systemPath }, limits });
}
