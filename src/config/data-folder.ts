import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { messageOf, RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { Environment } from './layers.ts';

const PRIVATE_MODE = 0o700;

/** A data folder may lie inside a repository; nothing of it belongs into a commit. */
const HIDE_FROM_GIT = '*\n';

export function defaultDataDir(env: Environment): string {
  const base = env['XDG_DATA_HOME'] || path.join(env['HOME'] || homedir(), '.local', 'share');
  return path.join(base, 'runyard');
}

/** Makes the data folder if it is missing, and refuses one that others own or may enter. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    // mkdir's mode is cut by the umask and does not count for folders that were there.
    const isNew = await makeFolder(folder);
    if (isNew) await chmod(folder, PRIVATE_MODE);
    await checkDataFolder(folder);
    if (isNew) await writeFile(path.join(folder, '.gitignore'), HIDE_FROM_GIT);
  } catch (error) {
    if (error instanceof RunyardError) throw error;
    throw runyardError('config.data-folder-unusable', { folder, detail: messageOf(error) }, error);
  }
}

/**
 * Makes a folder and the parents it lacks; false when it was there. One by one: Node's recursive mkdir never returns where the system
 * answers ENOENT for a folder whose parent exists, as below /proc.
 */
async function makeFolder(folder: string): Promise<boolean> {
  if (await exists(folder)) return false;
  const parent = path.dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder, { mode: PRIVATE_MODE });
    return true;
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function exists(folder: string): Promise<boolean> {
  try {
    await stat(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Throws when the folder exists and is not private to this user. */
export async function checkDataFolder(folder: string): Promise<void> {
  const found = await stat(folder);
  if (!found.isDirectory())
    throw runyardError('config.data-folder-unusable', { folder, detail: 'It is a file, not a folder.' });
  const user = process.getuid?.();
  if (user === undefined) return;
  if (found.uid !== user && user !== 0)
    throw runyardError('config.data-folder-not-owned', { folder, owner: found.uid, user });
  if ((found.mode & 0o077) !== 0) {
    throw runyardError('config.data-folder-open', {
      folder,
      mode: (found.mode & 0o777).toString(8).padStart(4, '0'),
    });
  }
}
