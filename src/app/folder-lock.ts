import { runyardError } from '../domain/errors/runyard-error.ts';
import type { Store } from '../store/store.ts';
import type { DataFolder } from './data-folder.ts';
import { readServerFile } from './server-file.ts';

/** Chosen at random once; PostgreSQL advisory locks are told apart by number alone. */
const LOCK_NUMBER = 720_188_432;

/**
 * One control plane per data folder (S8): a session lock in the database, which the server gives back when its holder dies by whatever
 * signal. Throws `api.data-folder-in-use` that says who holds it.
 */
export async function acquireFolderLock(
  store: Store,
  folder: DataFolder,
): Promise<{ release(): Promise<void> }> {
  const client = await store.pool.connect();
  // The database going away is noticed by every query; here it must only not crash the process.
  client.on('error', () => undefined);
  const key = lockKey(folder.nodeId);
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    LOCK_NUMBER,
    key,
  ]);
  if (rows[0]?.locked !== true) {
    client.release();
    const holder = await readServerFile(folder.serverFile);
    const described = holder
      ? `process ${holder.pid} on ${holder.node} since ${holder.startedAt}, at ${holder.url}`
      : 'another process';
    throw runyardError('api.data-folder-in-use', { folder: folder.root, holder: described });
  }
  return {
    async release() {
      client.release(true);
    },
  };
}

/** A 32-bit number from the node's id, so that several nodes can share one external database. */
function lockKey(nodeId: string): number {
  let hash = 0;
  for (const character of nodeId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
