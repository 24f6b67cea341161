import path from 'node:path';

/** One command of `npm run test:full`. */
export interface FullPart {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** Beside the caller's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How many of its last lines say what came out. */
  readonly lines: number;
}

export interface FullSizes {
  readonly seeds: number;
  readonly rounds: number;
  /** `full` or `short`: RUNYARD_TEST_LENGTH of the tests that have both. */
  readonly length: string;
  /** Where stress tests leave a line of JSON each. */
  readonly stressReport: string;
}

export function fullParts({ seeds, rounds, length, stressReport }: FullSizes): readonly FullPart[] {
  const node = process.execPath;
  const tests = path.join('tools', 'bootstrap', 'test.mjs');
  const withLengths = [
    'test/stress',
    'test/integration/queue-lifecycle.test.ts',
    'test/e2e/real-input.test.ts',
    'test/e2e/nodes-shared-database.test.ts',
    'test/e2e/dashboard-accessibility.test.ts',
  ];
  const stressEnv = { RUNYARD_TEST_LENGTH: length, RUNYARD_STRESS_REPORT: stressReport };
  const simulation = path.join('tools', 'simulate', 'main.ts');
  const chaos = path.join('bin', 'runyard');
  const corpus = path.join('tools', 'corpus', 'main.ts');
  return [
    { name: 'tests', argv: [node, tests], env: {}, lines: 1 },
    {
      name: 'stress',
      argv: [node, tests, ...withLengths, '--no-file-parallelism'],
      env: stressEnv,
      lines: 1,
    },
    { name: 'simulation', argv: [node, simulation, '--seeds', String(seeds)], env: {}, lines: 2 },
    { name: 'corpus', argv: [node, corpus], env: {}, lines: 1 },
    { name: 'chaos', argv: [chaos, 'chaos', '--rounds', String(rounds)], env: {}, lines: 1 },
  ];
}
