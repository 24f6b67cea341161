import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createQueue } from '../../src/queue/queue.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { openStore } from '../../src/store/store.ts';

/** Names the folder that all tests of a run share. */
export const CLUSTERS = 'RUNYARD_TEST_CLUSTERS';
/** No test pulls the plug: what was written survives any kill of a process without waiting for the disk. */
const WITHOUT_DISK = 'fsync = off\nfull_page_writes = off\n';

/**
 * Gives a new data folder a database that is made and migrated already, as a copy of one that is made once for all tests: initdb takes
 * longer than most tests. What a first start does by itself is tested in store-embedded.test.ts. A folder that has a database keeps it.
 */
export async function placeCluster(dataDir: string): Promise<void> {
  const shared = process.env[CLUSTERS];
  const root = path.join(dataDir, 'postgres');
  if (shared === undefined || existsSync(root)) return;
  const made = path.join(shared, 'cluster');
  if (!existsSync(made)) await makeCluster(shared, made);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await mkdir(root, { mode: 0o700 });
  await promisify(execFile)('cp', ['-a', made, path.join(root, 'cluster')]);
}

/** Beside its place and renamed: both workers may come here at once. */
async function makeCluster(shared: string, made: string): Promise<void> {
  const dataDir = await mkdtemp(path.join(shared, 'making-'));
  const database = await startEmbeddedDatabase({ dataDir });
  const store = await openStore(database.connection);
  const queue = await createQueue(store, { onError: () => undefined });
  await queue.close();
  await store.close();
  await database.stop();
  const cluster = path.join(dataDir, 'postgres/cluster');
  await appendFile(path.join(cluster, 'postgresql.conf'), WITHOUT_DISK);
  await rename(cluster, made).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(dataDir, { recursive: true, force: true });
}
