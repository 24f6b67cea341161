import { describe, expect, it } from 'vitest';
import { stressSpec, writeWaitingAgent } from './support/agents.ts';
import { isFull } from './support/length.ts';
import { stressScene } from './support/scene.ts';
import { createTally, report } from './support/tally.ts';

const sizes = isFull ? [10, 50] : [10];
const LIMIT_MS = 240_000;

const scene = stressScene();

describe('many runs at once', () => {
  it.each(sizes)(
    'Q4, Q6, S5, X6: %i agents at work, three of their workers and then the server killed: none stuck, lost or double',
    async (size) => {
      const startedAt = performance.now();
      const { program, gate, open } = writeWaitingAgent(scene.folder);
      const limits = { maxRuns: size, maxRunsPerRepository: size, agents: [program], readable: [gate] };
      const stage = await scene.open(limits);
      const { submit, runsAtWork, kill, ended, judged, world } = stage;
      const specs = Array.from({ length: size }, (_, index) =>
        stressSpec({
          title: `stress ${index}`,
          program,
          repository: world.sources[index % world.sources.length]?.folder ?? '',
        }),
      );
      const ids = await Promise.all(specs.map(submit));
      const allAtWork = () =>
        expect.poll(() => runsAtWork().size, { timeout: LIMIT_MS, interval: 200 }).toBe(size);
      await allAtWork();
      await kill('worker', 3);
      await allAtWork();
      await kill('server');
      await allAtWork();
      open();
      const tally = createTally();
      for (const id of ids) tally.add({ agent: 'waiting', state: 'succeeded' }, await ended(id));
      const { conditions, stored } = await judged();
      report({
        name: `${size} concurrent runs`,
        ...tally.counts(),
        kills: { worker: 3, server: 1 },
        mostAtOnce: size,
        seconds: (performance.now() - startedAt) / 1000,
        seed: null,
      });
      expect(tally.wrong()).toEqual([]);
      expect(new Set(ids).size).toBe(size);
      expect(stored).toBe(size);
      expect(conditions.filter(({ holds }) => !holds)).toEqual([]);
    },
    4 * LIMIT_MS,
  );
});
