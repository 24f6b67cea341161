import { randomBytes } from 'node:crypto';
import { rename, stat } from 'node:fs/promises';
import { withFolderLock } from '../../git/folder-lock.ts';
import { deleteRunRefs } from '../../git/run-refs.ts';
import { removeFolder } from '../../process/remove-folder.ts';
import type { RetentionOptions } from './options.ts';
import type { PlacedThing, Survey } from './survey.ts';

const GIT_MS = 30_000;
const LOCK_WAIT_MS = 1_000;

/** In a limited time. False: it was used again in the meantime, and stays. */
export async function removeThing(
  { removal }: Pick<RetentionOptions, 'removal'>,
  thing: PlacedThing,
  { mirrorsOfRun }: Pick<Survey, 'mirrorsOfRun'>,
): Promise<boolean> {
  if (thing.kind === 'evidence' && thing.runId !== null) {
    for (const gitDir of mirrorsOfRun.get(thing.runId) ?? [])
      await deleteRunRefs({ gitDir, timeoutMs: GIT_MS }, thing.runId);
    await removeFolder(thing.path, removal);
    return true;
  }
  if (thing.path.endsWith('.removing') || thing.kind === 'logs') {
    await removeFolder(thing.path, removal);
    return true;
  }
  const doomed = `${thing.path}.${randomBytes(4).toString('hex')}.removing`;
  const isOut = await withFolderLock(`${thing.path}.lock`, LOCK_WAIT_MS, () => moveOut(thing, doomed));
  if (isOut) await removeFolder(doomed, removal);
  return isOut;
}

/** Whoever uses a cache says so on it first (its time changes), and looks then whether it is there: one of the two notices. */
async function moveOut({ path, usedAt, kind }: PlacedThing, doomed: string): Promise<boolean> {
  await rename(path, doomed);
  const isUsed = kind !== 'set-aside' && usedAt.getTime() > 0 && (await stat(doomed)).mtime > usedAt;
  if (isUsed) await rename(doomed, path);
  return !isUsed;
}
