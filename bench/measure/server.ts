import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findRunning } from '../../src/cli/connect.ts';

export interface RunningServer {
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

/** Starts `runyard serve` on a data folder and waits until it answers. */
export async function startServer(dataDir: string): Promise<RunningServer> {
  const child = spawn(path.join(root, 'bin/runyard'), ['serve', '--data-dir', dataDir], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const api = await findRunning(dataDir);
    api?.close();
    if (api) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error('runyard serve did not start; what it said is above');
    }
    await delay(100);
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
