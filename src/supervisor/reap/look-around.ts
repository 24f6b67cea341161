import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { findOrphanedProcesses } from '../../process/orphaned-processes.ts';
import { findAbandonedFolders } from '../../process/owned-folder.ts';
import { listResources } from '../../store/resources.ts';
import { findRunOwners } from '../../store/run-owners.ts';
import type { ReapSnapshot } from './decide-reaping.ts';
import type { ReaperOptions } from './options.ts';

/** What there is, and what should be. What is found on the host is read first, who may need it last. */
export async function lookAround(
  options: ReaperOptions,
): Promise<Omit<ReapSnapshot, 'failures' | 'processes'> & { readonly processes: readonly string[] }> {
  const { db, nodeId, executor, workspacesDir, now } = options;
  const processes = findOrphanedProcesses(nodeId).map(({ pid, startTime }) => `${pid}:${startTime}`);
  const workspaces = await readdir(workspacesDir).catch(() => []);
  const temporary = findAbandonedFolders(now(), options.temporaryDir);
  const ledger = await listResources(db, { nodeId });
  const entries = ledger.map((entry) => ({
    ...entry,
    isThere: entry.kind === 'worker' ? executor.isThere(entry.handle) : existsSync(entry.handle),
  }));
  const named = [
    ...workspaces.map((name) => name.replace(/\..*$/, '')),
    ...entries.map(({ runId }) => runId),
  ];
  const runs = await findRunOwners(db, named);
  return {
    now: now(),
    nodeId,
    workspaces,
    temporary,
    entries,
    processes,
    runs,
    active: new Set(options.active()),
  };
}
