import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../src/api/client.ts';
import { findRunning } from '../../src/cli/connect.ts';

export interface RunningServer {
  readonly pid: number;
  /** Of its data folder. */
  readonly api: ApiClient;
  stop(): Promise<void>;
  /** As a machine that loses its power. */
  kill(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

/** Starts `runyard serve` on a data folder and waits until it answers. Settings are given as its environment. */
export async function startServer(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const child = spawn(path.join(root, 'bin/runyard'), ['serve', '--data-dir', dataDir], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    const api = await findRunning(dataDir);
    if (api) return running(child, api);
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error('runyard serve did not start; what it said is above');
    }
    await delay(100);
  }
}

/** bin/runyard gives its place to the pinned Node, so the child is the server. */
function running(child: ChildProcess, api: ApiClient): RunningServer {
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    api,
    async stop() {
      api.close();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await exited;
      clearTimeout(timer);
    },
    async kill() {
      api.close();
      child.kill('SIGKILL');
      await exited;
    },
  };
}
