import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// Real databases and child processes: files share two cores, so few run side by side and time limits are wide.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: 'unit', include: ['{src,tools,web/src}/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', 'test/corpus/*/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          globalSetup: 'test/support/share-clusters.ts',
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
});
