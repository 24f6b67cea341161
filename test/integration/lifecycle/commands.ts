import fc from 'fast-check';
import { expect } from 'vitest';
import { RunyardError } from '../../../src/domain/errors/runyard-error.ts';
import { expectInvariants, type Memory } from './invariants.ts';
import type { Model, ModelClaim, ModelRun } from './model.ts';
import type { Cluster, TestNode } from './nodes.ts';

/** The real system, and what was seen of it. */
export interface Real {
  readonly cluster: Cluster;
  readonly memory: Memory;
}

/** What a step chose among what there is: runs and claims are counted from the newest. */
export interface Chosen {
  readonly node: number;
  readonly other: number;
  readonly pick: number;
}

/** One kind of step: what it needs, and what it does to the model and to the real system. */
export interface StepKind {
  readonly name: string;
  readonly needs?: (model: Readonly<Model>, chosen: Chosen) => boolean;
  readonly act: (step: Step) => Promise<void>;
}

export interface Step extends Chosen {
  readonly model: Model;
  readonly real: Real;
}

export type LifecycleCommand = fc.AsyncCommand<Model, Real>;

/** A command of fast-check that looks at all invariants after its step. */
export function commandsOf(kind: StepKind, nodes: number): fc.Arbitrary<LifecycleCommand> {
  const index = fc.nat({ max: nodes - 1 });
  return fc.record({ node: index, other: index, pick: fc.nat({ max: 4 }) }).map((chosen) => ({
    check: (model: Readonly<Model>) => kind.needs?.(model, chosen) ?? true,
    async run(model: Model, real: Real) {
      await kind.act({ ...chosen, model, real });
      await expectInvariants(model, real.cluster, real.memory);
    },
    toString: () => `${kind.name}(node ${chosen.node + 1}, ${chosen.other + 1}; ${chosen.pick})`,
  }));
}

export function nodeOf({ real }: Step, index: number): TestNode {
  const node = real.cluster.nodes[index];
  if (!node) throw new Error(`there is no node ${index}`);
  return node;
}

export const hasRun = ({ runs }: Readonly<Model>) => runs.length > 0;
export const hasLiveClaim = ({ claims }: Readonly<Model>) => claims.some(({ alive }) => alive);

export function runOf({ model: { runs }, pick }: Step): ModelRun {
  return newest(runs, pick);
}

/** Of a worker that lives: its claim may be over long ago. */
export function liveClaimOf({ model: { claims }, pick }: Step): ModelClaim {
  return newest(
    claims.filter(({ alive }) => alive),
    pick,
  );
}

export function newest<T>(list: readonly T[], pick: number): T {
  const chosen = list[list.length - 1 - (pick % list.length)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

/** Done, or refused with exactly this code. */
export async function expectDone<T>(work: Promise<T>, refusal: string | null): Promise<T | null> {
  const [answer, code] = await work.then(
    (value) => [value, null] as const,
    (error: unknown) => {
      if (!(error instanceof RunyardError)) throw error;
      return [null, error.code] as const;
    },
  );
  expect(code).toBe(refusal);
  return answer;
}
