import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTerminal } from '../../src/domain/run-state.ts';
import { commandsOf, type Real } from './lifecycle/commands.ts';
import { clearAway, driveToEnd } from './lifecycle/ending.ts';
import { expectInvariants } from './lifecycle/invariants.ts';
import type { Model } from './lifecycle/model.ts';
import { nodeSteps } from './lifecycle/node-steps.ts';
import { type Cluster, startCluster } from './lifecycle/nodes.ts';
import { ownerSteps } from './lifecycle/owner-steps.ts';
import { startTestDatabase, type TestDatabase } from './store-testing.ts';

const NODES = 3;
const isFull = process.env['RUNYARD_TEST_LENGTH'] === 'full';
const seed = Number(process.env['RUNYARD_TEST_SEED'] ?? Date.now() % 1_000_000);

let database: TestDatabase;
let cluster: Cluster;

beforeAll(async () => {
  database = await startTestDatabase();
  cluster = await startCluster(database, NODES);
});
afterAll(async () => {
  await cluster.close();
  await database.close();
});

const begin = (): { model: Model; real: Real } => ({
  model: { limits: { total: 4, perRepository: 2, queued: 6 }, nowMs: 0, runs: [], claims: [] },
  real: { cluster, memory: new Map() },
});

/** Without the first ones most sequences would find nothing to act on. */
const often = new Set(['accept', 'admit', 'claim one', 'claim on all', 'heartbeat']);
const kinds = [...nodeSteps, ...ownerSteps].flatMap((kind) =>
  often.has(kind.name) ? [kind, kind, kind] : [kind],
);

describe('the whole life of runs on several nodes', () => {
  it(
    `Q1, Q2, Q5, S1, S3, S5, X3, X16: any order of steps and crashes keeps every invariant, and every run ends (seed ${seed})`,
    async () => {
      const commands = fc.commands(
        kinds.map((kind) => commandsOf(kind, NODES)),
        { maxCommands: 60, size: '+1' },
      );
      await fc.assert(
        fc.asyncProperty(commands, async (steps) => {
          const { model, real } = begin();
          try {
            await fc.asyncModelRun(() => ({ model, real }), steps);
            await driveToEnd(model, real);
            await expectInvariants(model, cluster, real.memory);
            expect(model.runs.filter(({ state }) => !isTerminal(state))).toEqual([]);
          } finally {
            await clearAway(model, real);
          }
        }),
        { numRuns: isFull ? 400 : 40, seed, endOnFailure: false },
      );
    },
    isFull ? 1_200_000 : 240_000,
  );
});
