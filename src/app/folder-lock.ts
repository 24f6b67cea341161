import { hostname } from 'node:os';
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
  if (!holder) throw await inUse(store, folder);
  watch(holder);

  function watch(client: StoreConnection): void {
    client.once('end', () => {
      if (released) return;
      holder = null;
      // A pool waits at its end for every connection it gave away, the dead ones too.
      client.release(true);
      void retake();
    });
  }

  async function retake(): Promise<void> {
    while (!released) {
      try {
        holder = await take(store, folder);
        if (holder) watch(holder);
        else onLost(await inUse(store, folder));
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
  try {
    if (await lock(client, lockKey(nodeId))) return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
  client.release(true);
  return null;
}

async function lock(client: StoreConnection, key: number): Promise<boolean> {
  // The name says who holds the lock, from the moment it is held. A host that vanished without a word is noticed within half a minute.
  await client.query(
    `set application_name = ${client.escapeLiteral(`${HOLDER} ${process.pid} ${hostname()}`)}`,
  );
  await client.query(
    'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3',
  );
  const sql = 'select pg_try_advisory_lock($1, $2) as locked';
  const { rows } = await client.query<{ locked: boolean }>(sql, [LOCK_NUMBER, key]);
  return rows[0]?.locked === true;
}

const HOLDER = 'runyard-node';

async function inUse(store: Store, folder: DataFolder): Promise<RunyardError> {
  const [holder, served] = await Promise.all([
    lockHolder(store, folder).catch(() => null),
    readServerFile(folder.serverFile),
  ]);
  const address = served && (!holder || holder.pid === served.pid) ? `, at ${served.url}` : '';
  let described = 'another process';
  if (holder)
    described = `process ${holder.pid} on ${holder.host} since ${holder.since.toISOString()}${address}`;
  else if (served) described = `process ${served.pid} on ${served.node} since ${served.startedAt}${address}`;
  return runyardError('api.data-folder-in-use', { folder: folder.root, holder: described });
}

/** Asks the database whose session has the lock. */
async function lockHolder({ pool }: Store, { nodeId }: DataFolder) {
  const { rows } = await pool.query<{ name: string; since: Date }>(
    `select application_name as name, backend_start as since
     from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = $1::int::oid and objid = $2::int::oid and objsubid = 2`,
    [LOCK_NUMBER, lockKey(nodeId)],
  );
  const [program, pid, ...host] = rows[0]?.name.split(' ') ?? [];
  return rows[0] && program === HOLDER
    ? { pid: Number(pid), host: host.join(' '), since: rows[0].since }
    : null;
}

/** A 32-bit number from the node's id, so that several nodes can share one external database. */
function lockKey(nodeId: string): number {
  let hash = 0;
  for (const character of nodeId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
