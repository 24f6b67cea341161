import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { RunyardError } from '../domain/errors/runyard-error.ts';
import { sweepOnceUnused } from '../process/owned-folder.ts';
import { releaseRun } from '../queue/release-run.ts';
import { listResources, removeResource } from '../store/resources.ts';
import { findRun } from '../store/runs.ts';
import type { SupervisorOptions } from './options.ts';
import { isSetAside, removeWorkspace, setWorkspaceAside } from './remove-workspace.ts';

/**
 * What an earlier process of this node left behind: its workers are ended first, then their runs are given back, then their
 * workspaces are removed. Without it a run would wait for its lease, and two workers could meet in one workspace.
 */
export async function recoverAfterRestart(options: SupervisorOptions): Promise<void> {
  const { queue, executor, workspacesDir, saver } = options;
  const { db } = queue.store;
  for (const resource of await listResources(db, { kind: 'worker', nodeId: options.nodeId })) {
    await executor.endStray(resource.handle);
    const run = await findRun(db, resource.runId);
    const epoch = Number(resource.key.split(':').at(-1));
    await saver.save({ id: run.id, epoch }, 'node-lost');
    if (run.state === 'running' && run.epoch === epoch) {
      await releaseRun(queue, { runId: run.id, epoch, cause: 'The node that ran it ended.' });
    }
    await removeResource(db, resource.key);
  }
  // Only now: a worker that was still alive keeps what it has in the temporary folder.
  await sweepOnceUnused(new Date());
  for (const name of await readdir(workspacesDir).catch(() => [])) await clearAway(options, name);
  await forgetRemovedWorkspaces(options);
}

/** What is in a workspace nobody knows of is kept too: its worker may have died before it was written down (X1). */
async function clearAway(
  { queue, workspacesDir, saver, onError }: SupervisorOptions,
  name: string,
): Promise<void> {
  if (isSetAside(name)) return;
  const runId = name.replace(/\.removing$/, '');
  try {
    const run = await findRun(queue.store.db, runId).catch(nobody);
    const folder = path.join(workspacesDir, runId);
    const isSafe = run ? await saver.save(run, 'left-over') : true;
    await (isSafe ? removeWorkspace(folder) : setWorkspaceAside(folder, run?.epoch ?? 0));
  } catch (error) {
    // What cannot be removed must not keep the node from starting.
    onError(error, `removing the workspace ${name}`);
  }
}

/** A node that was killed between the end of a run and this left only the entry behind (X10). */
async function forgetRemovedWorkspaces({ queue, nodeId }: SupervisorOptions): Promise<void> {
  const { db } = queue.store;
  for (const { key, handle } of await listResources(db, { kind: 'workspace', nodeId })) {
    if (!existsSync(handle)) await removeResource(db, key);
  }
}

/** Only a run that does not exist is nobody's; any other failure keeps the workspace. */
function nobody(error: unknown): null {
  if (error instanceof RunyardError && error.code === 'run.not-found') return null;
  throw error;
}
