import { fileURLToPath } from 'node:url';
import type { StrategyFinding } from '../domain/workspace-strategy.ts';
import { ownMountsArgv } from '../git/overlay/detect-overlay.ts';

/** A young generation this small makes a worker 14 MB smaller, and the start of every process of its cheaper. */
const SMALL_HEAP = '--max-semi-space-size=2';

/** The worker's command: this Node, this installation, with mounts of its own where it makes some. */
export function workerArgv({ strategy }: Pick<StrategyFinding, 'strategy'>): [string, ...string[]] {
  const command: [string, ...string[]] = [
    process.execPath,
    SMALL_HEAP,
    fileURLToPath(new URL('../worker/main.ts', import.meta.url)),
  ];
  return strategy === 'overlay' ? [...ownMountsArgv(), ...command] : command;
}
