import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/lib/random.ts';
import { programOf, quickFaults, stressSpec, writeGoodAgent } from './support/agents.ts';
import { isFull, seed } from './support/length.ts';
import { stressScene } from './support/scene.ts';
import type { StressVictim } from './support/stage.ts';
import { createTally, report } from './support/tally.ts';

const RUNS = isFull ? 1_000 : 30;
/** The short form has at least one of each victim. */
const SHARE_OF_KILLS = 0.05;
const LIMIT_MS = isFull ? 1_800_000 : 240_000;
const RATE = 0.999;

interface Step {
  readonly deserved: { readonly agent: string } & Pick<
    (typeof quickFaults)[number],
    'state' | 'error' | 'outcome'
  >;
  readonly kill: { readonly victim: StressVictim; readonly afterMs: number } | null;
}

/** Two of three agents are good; every twentieth run meets a kill. The same seed gives the same plan. */
function planSteps(count: number): Step[] {
  const random = createRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const firstKills: readonly StressVictim[] = ['worker', 'server', 'database'];
  const victims: readonly StressVictim[] = [
    ...Array.from({ length: 7 }, () => 'worker' as const),
    'server',
    'server',
    'database',
  ];
  let kills = 0;
  return Array.from({ length: count }, (_, index) => {
    const deserved = random() < 2 / 3 ? ({ agent: 'good', state: 'succeeded' } as const) : pick(quickFaults);
    const isKilled = random() < SHARE_OF_KILLS || (kills < firstKills.length && index % 8 === 7);
    const victim = isKilled ? (firstKills[kills++] ?? pick(victims)) : null;
    return { deserved, kill: victim && { victim, afterMs: Math.floor(random() * 400) } };
  });
}

const scene = stressScene();

describe('one run after the other, with faults', () => {
  it(
    `Q4, Q6, S5, X6: ${RUNS} runs of good and broken agents, workers, server and database killed now and then: at least 99.9 % end as they deserve`,
    async () => {
      const startedAt = performance.now();
      const good = writeGoodAgent(scene.folder);
      const programs = quickFaults.map(({ agent }) => programOf(agent));
      const stage = await scene.open({ agents: [good, ...programs] });
      const { world, submit, ended, kill, judged } = stage;
      const canary = path.join(scene.folder, 'canary');
      const tally = createTally();
      const kills: Record<StressVictim, number> = { worker: 0, server: 0, database: 0 };
      for (const [index, { deserved, kill: planned }] of planSteps(RUNS).entries()) {
        const repository = world.sources[index % world.sources.length]?.folder ?? '';
        const id = await submit(
          stressSpec({
            title: `stress ${index} ${deserved.agent}`,
            body: `SOURCE=${repository}\nCANARY=${canary}\n`,
            program: deserved.agent === 'good' ? good : programOf(deserved.agent),
            repository,
            // Only what is silent on purpose is ended for it soon.
            ...(deserved.error?.startsWith('agent.') && deserved.error !== 'agent.failed'
              ? { silenceMs: 1_500 }
              : {}),
          }),
        );
        if (planned) {
          await delay(planned.afterMs);
          await kill(planned.victim);
          kills[planned.victim] += 1;
        }
        tally.add(deserved, await ended(id));
      }
      const { conditions, stored } = await judged();
      const seconds = (performance.now() - startedAt) / 1000;
      report({ name: `${RUNS} runs in sequence`, ...tally.counts(), kills, mostAtOnce: 1, seconds, seed });
      expect(tally.rate(), `seed ${seed}: ${tally.wrong().join('\n')}`).toBeGreaterThanOrEqual(RATE);
      expect(stored).toBe(RUNS);
      expect(
        conditions.filter(({ holds }) => !holds),
        `seed ${seed}`,
      ).toEqual([]);
      expect(existsSync(canary)).toBe(false);
    },
    LIMIT_MS,
  );
});
