import { createInterface } from 'node:readline';
import { workerLaunchSchema } from '../protocol/worker.ts';
import { runWorker } from './run-worker.ts';

/**
 * The worker's process: reads its launch line from stdin, then works. The end of stdin means the node died; a local worker never
 * outlives its node. Exit code 0: settled. 1: not settled, the node decides what becomes of the run.
 */
async function main(): Promise<void> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort(new Error('asked to stop by the node')));
  const lines = createInterface({ input: process.stdin });
  const launch = await new Promise<unknown>((resolve) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
    lines.once('close', () => process.exit(0));
  });
  lines.once('close', () => process.exit(1));
  const settled = await runWorker({
    launch: workerLaunchSchema.parse(launch),
    hostEnvironment: process.env,
    loadPrompts: async () => (await import('../config/prompts.ts')).loadPrompts(),
    createAgent: async (name) => {
      const { createAgent } = await import('../adapters/agent/registry.ts');
      return createAgent(name, { hostEnvironment: process.env });
    },
    stop: stop.signal,
  });
  process.exit(settled ? 0 : 1);
}

await main();
