import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CLUSTERS } from './prepared-cluster.ts';

/** Before all tests: a folder for what they share. */
export async function setup(): Promise<void> {
  process.env[CLUSTERS] = await mkdtemp(path.join(tmpdir(), 'runyard-test-clusters-'));
}

/** After all tests. */
export async function teardown(): Promise<void> {
  const folder = process.env[CLUSTERS];
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
