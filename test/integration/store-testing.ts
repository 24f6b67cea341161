import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Delivery, RunLimits, RunSpec } from '../../src/domain/run.ts';
import { admitRuns } from '../../src/queue/admit-runs.ts';
import { type Claim, type ClaimRequest, claimRuns } from '../../src/queue/claim-runs.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { startEmbeddedDatabase } from '../../src/store/embedded/embedded-database.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { placeCluster } from '../support/prepared-cluster.ts';

/** A database of its own for one test file: a real server in a temporary folder. */
export interface TestDatabase {
  readonly store: Store;
  readonly queue: Queue;
  readonly connection: pg.PoolConfig;
  readonly dataDir: string;
  /** Errors of the queue engine's upkeep so far. */
  readonly queueErrors: readonly Error[];
  /** Moves the time of leases and deadlines forward, for every connection. */
  shiftTime(ms: number): Promise<void>;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/** For an engine that must do its work without a fault; its warnings (a slow query, a late look) tell of a busy machine. */
export function failOnFault(error: Error): void {
  if (!error.message.startsWith('queue engine: ')) throw error;
}

/** Takes less than a second: a copy of a prepared database, and its start. Call in `beforeAll`, and `close` in `afterAll`. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'runyard-test-'));
  await placeCluster(dataDir);
  const database = await startEmbeddedDatabase({ dataDir });
  const store = await openStore(database.connection);
  const queueErrors: Error[] = [];
  const queue = await createQueue(store, { onError: (error) => queueErrors.push(error) });
  return {
    store,
    queue,
    connection: database.connection,
    dataDir,
    queueErrors,
    async shiftTime(ms) {
      await sql`update clock_shift set shift = shift + ${ms} * interval '1 ms'`.execute(store.db);
    },
    async close() {
      await queue.close();
      await store.close();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A valid spec; `limits` and the rest can be replaced. */
export function testSpec({ limits, ...changes }: SpecChanges = {}): RunSpec {
  return {
    ticket: { key: 'TEST-1', title: 'A ticket of a test', body: '' },
    repository: '/repositories/one',
    base: null,
    priority: 'normal',
    ladder: [{ agent: 'builtin', model: 'scripted/model-1', attempts: 2 }],
    plan: { mode: 'off', model: null },
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    thinking: { planTokens: 0, implementTokens: 0 },
    ...changes,
    limits: { ...testLimits, ...limits },
  };
}

type SpecChanges = Partial<Omit<RunSpec, 'limits'>> & { readonly limits?: Partial<RunLimits> };

const MINUTE = 60_000;

const testLimits: RunLimits = {
  runMs: 30 * MINUTE,
  stageMs: 20 * MINUTE,
  attemptMs: 15 * MINUTE,
  checkMs: 10 * MINUTE,
  gitMs: 2 * MINUTE,
  modelCallMs: 5 * MINUTE,
  silenceMs: 5 * MINUTE,
  approvalMs: 24 * 60 * MINUTE,
  queueMs: 4 * 60 * MINUTE,
  parkMs: 24 * 60 * MINUTE,
  killGraceMs: 5_000,
  recoveries: 2,
  turns: 100,
};

export const delivery: Delivery = {
  branch: 'runyard/test-1-abcdef',
  commit: 'c'.repeat(40),
  baseCommit: 'b'.repeat(40),
  baseRef: 'main',
  tag: 'ai/test-1/before-ccccccc',
  verified: true,
};

/** Admits and claims everything that waits, as node-1. */
export async function claimAll(queue: Queue, request: Partial<ClaimRequest> = {}): Promise<Claim[]> {
  await admitRuns(queue, ({ queued }) => queued.map((run) => run.id));
  let workers = 0;
  const newWorkerId = () => {
    workers += 1;
    return `worker-${workers}`;
  };
  const workspaceOf = (runId: string) => `/workspaces/${runId}`;
  return claimRuns(queue, {
    nodeId: 'node-1',
    batch: 100,
    leaseMs: 15_000,
    newWorkerId,
    workspaceOf,
    ...request,
  });
}
