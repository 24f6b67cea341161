import { fileURLToPath } from 'node:url';
import type { StrategyFinding } from '../domain/workspace-strategy.ts';
import { ownMountsArgv } from '../git/overlay/detect-overlay.ts';

/** A young generation this small makes a worker 14 MB smaller, and the start of every process of its cheaper. */
const SMALL_HEAP = '--max-semi-space-size=2';

/**
 * A worker waits far more than it computes. Optimising compilers that only look at what has run very often leave it another 10 MB smaller,
 * and what reads a gigabyte of an agent's output is still compiled (`npm run bench:node`; numbers of calls, V8's options of Node 26).
 */
const LATE_COMPILERS = [
  '--no-maglev',
  '--invocation-count-for-turbofan=60000',
  '--invocation-count-for-osr=20000',
  '--invocation-count-for-early-optimization=20000',
];

/** The worker's command: this Node, this installation, with mounts of its own where it makes some. */
export function workerArgv({ strategy }: Pick<StrategyFinding, 'strategy'>): [string, ...string[]] {
  const command: [string, ...string[]] = [
    process.execPath,
    SMALL_HEAP,
    ...LATE_COMPILERS,
    '--import',
    new URL('../worker/skip-locales.ts', import.meta.url).href,
    fileURLToPath(new URL('../worker/main.ts', import.meta.url)),
  ];
  return strategy === 'overlay' ? [...ownMountsArgv(), ...command] : command;
}
