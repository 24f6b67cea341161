import type pg from 'pg';
import { type RunSpec, runSpecSchema } from '../../src/domain/run.ts';
import { acceptRun } from '../../src/queue/accept-run.ts';
import type { Claim } from '../../src/queue/claim-runs.ts';
import { createQueue, type Queue } from '../../src/queue/queue.ts';
import { settleRun } from '../../src/queue/settle-run.ts';
import { generalLimits } from '../../src/scheduler/admission-limits.ts';
import { admitAndClaim } from '../../src/scheduler/admit.ts';
import type { AdmissionRules } from '../../src/scheduler/decide-admission.ts';
import { openStore, type Store } from '../../src/store/store.ts';

/** The part of a node that moves runs, without workers. */
export interface EngineNode {
  readonly id: string;
  readonly store: Store;
  readonly queue: Queue;
  readonly claimed: Claim[];
  /** Settles what was claimed. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const LEASE_MS = 15_000;
const NO_LIMITS: AdmissionRules = {
  limits: generalLimits({ maxRuns: 100_000, maxRunsPerRepository: 100_000 }),
  node: { freePlaces: null, short: [] },
};

export async function openNode(connection: pg.PoolConfig, id: string): Promise<EngineNode> {
  const store = await openStore(connection);
  const queue = await createQueue(store, { onError: (error) => console.error(error.message) });
  const claimed: Claim[] = [];
  return {
    id,
    store,
    queue,
    claimed,
    async settle() {
      for (const { run, epoch } of claimed.splice(0)) {
        const end = { outcome: 'succeeded', error: null, delivery, attempts: 1 } as const;
        await settleRun(queue, { runId: run.id, epoch, ...end });
      }
    },
    async close() {
      await queue.close();
      await store.close();
    },
  };
}

/** One after the other: accepted, admitted, claimed, settled, each step a durable commit. */
export async function noOpRuns(node: EngineNode, count: number): Promise<void> {
  for (let run = 0; run < count; run += 1) {
    await acceptRun(node.queue, { spec: noOpSpec(), idempotencyKey: null, by: 'bench/engine' });
    await claimOne(node);
    await node.settle();
  }
}

/** Admits and claims until there is a claim: with two nodes the other one may have been faster. */
export async function claimOne(node: EngineNode): Promise<void> {
  const { queue, id, claimed } = node;
  const request = {
    nodeId: id,
    batch: 1,
    leaseMs: LEASE_MS,
    newWorkerId: () => id,
    workspaceOf: (run: string) => `/w/${run}`,
  };
  while (claimed.length === 0) {
    claimed.push(...(await admitAndClaim(queue, NO_LIMITS, request)));
  }
}

let specs = 0;

/** Of a repository of its own, so that no limit but the engine's own work counts. */
export function noOpSpec(): RunSpec {
  specs += 1;
  const hour = 3_600_000;
  return runSpecSchema.parse({
    ticket: { key: null, title: 'Nothing', body: '' },
    repository: `/repositories/${process.pid}-${specs}`,
    base: null,
    priority: 'normal',
    ladder: [{ agent: 'command:/bin/true', model: null, attempts: 1 }],
    plan: { mode: 'off', model: null },
    checks: { mode: 'off', commands: null, allowUnverified: true },
    thinking: { planTokens: 0, implementTokens: 0 },
    limits: {
      runMs: hour,
      stageMs: hour,
      attemptMs: hour,
      checkMs: hour,
      gitMs: hour,
      modelCallMs: hour,
      silenceMs: hour,
      approvalMs: hour,
      queueMs: hour,
      parkMs: hour,
      killGraceMs: 1000,
      recoveries: 1,
      turns: 1,
    },
  });
}

const delivery = {
  branch: 'runyard/bench',
  commit: 'c'.repeat(40),
  baseCommit: 'b'.repeat(40),
  baseRef: null,
  tag: 'ai/bench/before-ccccccc',
  verified: false,
};
