import { type ChaosVictim, chaosVictims } from '../domain/chaos-victim.ts';
import { type Stage, stages } from '../domain/stage.ts';
import { createRandom } from '../lib/random.ts';

export const behaviours = ['works', 'works-slowly', 'fails', 'leaves-a-process'] as const;
export type Behaviour = (typeof behaviours)[number];

/** When a kill comes: as soon as the run enters a stage, or some time after the kill before it. */
export type KillPoint =
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'delay'; readonly ms: number };

export interface Kill {
  readonly victim: ChaosVictim;
  /** Index of the round's run whose stage or agent is meant. */
  readonly run: number;
  readonly at: KillPoint;
}

export interface Round {
  readonly runs: readonly Behaviour[];
  /** In this order; one is waited for after the other. */
  readonly kills: readonly Kill[];
}

const MOST_RUNS = 3;
const MOST_KILLS = 3;
const LONGEST_DELAY_MS = 1_500;

export interface PlanRequest {
  readonly seed: number;
  readonly rounds: number;
  /** Default: all. */
  readonly victims?: readonly ChaosVictim[];
}

/** Everything that is left to chance, decided beforehand: the same request gives the same plan. */
export function planRounds({ seed, rounds, victims = chaosVictims }: PlanRequest): Round[] {
  const random = createRandom(seed);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: rounds }, () => {
    const runs = Array.from({ length: upTo(MOST_RUNS) }, () => pick(behaviours));
    const kills = Array.from({ length: upTo(MOST_KILLS) }, (): Kill => {
      const victim = pick(victims);
      const run = upTo(runs.length) - 1;
      const atStage = victim === 'agent' || random() < 0.7;
      const stage = victim === 'agent' ? 'implement' : pick(reachedStages);
      return {
        victim,
        run,
        at: atStage ? { kind: 'stage', stage } : { kind: 'delay', ms: upTo(LONGEST_DELAY_MS) },
      };
    });
    return { runs, kills };
  });
}

/** The runs are made without a plan and without reviews. */
const notReached: ReadonlySet<Stage> = new Set(['plan', 'quality', 'security']);
const reachedStages = stages.filter((stage) => !notReached.has(stage));

export function describeKill({ victim, run, at }: Kill): string {
  const when = at.kind === 'stage' ? `when run ${run + 1} is in ${at.stage}` : `${at.ms} ms later`;
  return `${victim} ${when}`;
}
