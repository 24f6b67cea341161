import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../e2e/support/cli.ts';
import { temporaryFolder } from '../e2e/support/repository.ts';
import { stressSpec, writeWaitingAgent } from './support/agents.ts';
import { isFull } from './support/length.ts';
import { openStage, type Stage } from './support/stage.ts';
import { createTally, report } from './support/tally.ts';

const sizes = isFull ? [10, 50] : [10];
const LIMIT_MS = 240_000;

let folder: string;
let removeFolder: () => Promise<void>;
let stage: Stage | null;

beforeEach(async () => {
  ({ folder, remove: removeFolder } = await temporaryFolder());
  stage = null;
});
afterEach(async () => {
  await stage?.remove();
  await removeFolder();
});

describe('many runs at once', () => {
  it.each(sizes)(
    'Q4, S5, X6: %i agents at work, three of their workers and then the server killed: none stuck, lost or double',
    async (size) => {
      const startedAt = performance.now();
      const { program, gate, open } = writeWaitingAgent(folder);
      const limits = { maxRuns: size, maxRunsPerRepository: size, agents: [program], readable: [gate] };
      stage = await openStage(limits, cleanEnvironment()['PATH'] ?? '');
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
