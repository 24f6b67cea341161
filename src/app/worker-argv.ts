import { fileURLToPath } from 'node:url';

/** The worker's command: this Node, this installation. */
export function workerArgv(): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL('../worker/main.ts', import.meta.url))];
}
