import { setTimeout as delay } from 'node:timers/promises';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import type { Store, StoreConnection } from '../store/store.ts';
import type { DataFolder } from './data-folder.ts';
import { readServerFile } from './server-file.ts';

/** Chosen at random once; PostgreSQL advisory locks are told apart by number alone. */
const LOCK_NUMBER = 720_188_432;

const RETAKE_MS = 500;

/**
 * One control plane per data folder (S8): a session lock in the database, which the server gives back when its holder dies by whatever
 * signal. Throws `api.data-folder-in-use` that says who holds it. When the database itself dies the lock is taken again; `onLost` is called when
 * another control plane was faster, and this one must end.
 */
export async function acquireFolderLock(
  store: Store,
  folder: DataFolder,
  onLost: (error: RunyardError) => void,
): Promise<{ release(): Promise<void> }> {
  let released = false;
  let holder = await take(store, folder);
  if (!holder) throw await inUse(folder);
  watch(holder);

  function watch(client: StoreConnection): void {
    client.once('end', () => {
      if (!released) void retake();
    });
  }

  async function retake(): Promise<void> {
    while (!released) {
      try {
        holder = await take(store, folder);
        if (holder) watch(holder);
        else onLost(await inUse(folder));
        return;
      } catch {
        // The database is still away; nobody else can take the lock either.
        await delay(RETAKE_MS);
      }
    }
  }

  return {
    async release() {
      released = true;
      holder?.release(true);
    },
  };
}

/** A connection that holds the lock until it ends; null when somebody else has it. */
async function take(store: Store, { nodeId }: DataFolder): Promise<StoreConnection | null> {
  const client = await store.pool.connect();
  // The database going away is noticed by every query; here it must only not crash the process.
  client.on('error', () => undefined);
  const sql = 'select pg_try_advisory_lock($1, $2) as locked';
  const { rows } = await client.query<{ locked: boolean }>(sql, [LOCK_NUMBER, lockKey(nodeId)]);
  if (rows[0]?.locked === true) return client;
  client.release();
  return null;
}

async function inUse(folder: DataFolder): Promise<RunyardError> {
  const holder = await readServerFile(folder.serverFile);
  const described = holder
    ? `process ${holder.pid} on ${holder.node} since ${holder.startedAt}, at ${holder.url}`
    : 'another process';
  return runyardError('api.data-folder-in-use', { folder: folder.root, holder: described });
}

/** A 32-bit number from the node's id, so that several nodes can share one external database. */
function lockKey(nodeId: string): number {
  let hash = 0;
  for (const character of nodeId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
