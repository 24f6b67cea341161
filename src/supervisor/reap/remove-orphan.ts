import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { runyardError } from '../../domain/errors/runyard-error.ts';
import { killTree } from '../../process/process-identity.ts';
import { removeFolder } from '../../process/remove-folder.ts';
import { unlessOwnedBy } from '../../queue/unless-owned-by.ts';
import { removeResource } from '../../store/resources.ts';
import { findRunOwners } from '../../store/run-owners.ts';
import { setWorkspaceAside } from '../remove-workspace.ts';
import { isBeingRemoved, type Orphan } from './decide-reaping.ts';
import type { ReaperOptions } from './options.ts';

/** Ends or removes it, in a limited time. Throws when it is still there. False: somebody needs it again. */
export async function removeOrphan(options: ReaperOptions, orphan: Orphan): Promise<boolean> {
  switch (orphan.kind) {
    case 'worker':
      return endWorker(options, orphan);
    case 'process':
      return endProcess(orphan);
    case 'workspace':
      return clearWorkspace(options, orphan);
    case 'temporary-folder':
      await removeFolder(orphan.handle, options.removal);
      return true;
    case 'ledger-entry':
      return forget(options, orphan);
  }
}

async function endWorker({ db, executor }: ReaperOptions, { handle, key }: Orphan): Promise<boolean> {
  await executor.endStray(handle);
  if (executor.isThere(handle)) throw runyardError('process.not-gone', { pid: Number(handle.split(':')[1]) });
  await removeResource(db, key);
  return true;
}

async function endProcess({ handle }: Orphan): Promise<boolean> {
  const [pid = '', startTime = ''] = handle.split(':');
  if (await killTree({ pid: Number(pid), startTime })) return true;
  throw runyardError('process.not-gone', { pid: Number(pid) });
}

/** The work is saved first; what could not be saved is set aside for a person (X1). Out of the way under the run's lock, gone afterwards. */
async function clearWorkspace(options: ReaperOptions, { handle: name, runId }: Orphan): Promise<boolean> {
  const { db, nodeId, saver, workspacesDir } = options;
  const folder = path.join(workspacesDir, name);
  if (isBeingRemoved(name) || runId === null) {
    await removeFolder(folder, options.removal);
    return true;
  }
  const run = (await findRunOwners(db, [runId])).get(runId);
  const isSafe = run ? await saver.save({ id: runId, epoch: run.epoch }, 'left-over') : true;
  const doomed = `${folder}.${randomBytes(4).toString('hex')}.removing`;
  const isFree = await unlessOwnedBy({ db }, { runId, nodeId }, async () => {
    if (!existsSync(folder)) return;
    await (isSafe ? rename(folder, doomed) : setWorkspaceAside(folder, run?.epoch ?? 0));
  });
  if (!isFree) return false;
  await removeFolder(doomed, options.removal);
  await forget(options, { runId, key: `workspace:${runId}` });
  return true;
}

/** An entry that a new claim wrote in the meantime stays. */
async function forget(
  { db, nodeId }: ReaperOptions,
  { key, runId }: Pick<Orphan, 'key' | 'runId'>,
): Promise<boolean> {
  return unlessOwnedBy({ db }, { runId: runId ?? '', nodeId }, (tx) => removeResource(tx, key, nodeId));
}
