import { defineConfig } from 'vitest/config';

// Real databases and child processes: files share two cores, so few run side by side and time limits are wide.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{src,tools,web/src}/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', 'test/corpus/*/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
    ],
  },
});
