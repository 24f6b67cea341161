import { fileURLToPath } from 'node:url';

/** A young generation this small makes a worker 14 MB smaller, and the start of every process of its cheaper. */
const SMALL_HEAP = '--max-semi-space-size=2';

/** The worker's command: this Node, this installation. */
export function workerArgv(): [string, ...string[]] {
  return [process.execPath, SMALL_HEAP, fileURLToPath(new URL('../worker/main.ts', import.meta.url))];
}
