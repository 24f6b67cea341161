import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ApiClient, createApiClient } from '../api/client.ts';
import { serverFileSchema } from '../api/contract.ts';
import { runyardError } from '../domain/errors/runyard-error.ts';
import type { World } from './world.ts';

/** The control plane under test: the real program, as a child. */
export interface ServerUnderTest {
  readonly pid: number;
  readonly api: ApiClient;
  /** Resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
const POLL_MS = 50;
const program = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** Starts `runyard serve` on the data folder and waits until it answers. Rejects with what it said. */
export async function startServer({ dataDir, env, folder }: World): Promise<ServerUnderTest> {
  const argv = ['--max-semi-space-size=4', program, 'serve', '--data-dir', dataDir];
  const child = spawn(process.execPath, argv, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  const exited = once(child, 'exit');
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline && child.exitCode === null; ) {
    const api = await connect(dataDir, child);
    if (api) return { pid: child.pid ?? 0, api, kill: (signal) => end({ child, exited, api, signal }) };
    await delay(POLL_MS);
  }
  child.kill('SIGKILL');
  throw runyardError('chaos.no-server', { output: output.trim() });
}

async function connect(dataDir: string, child: ChildProcess): Promise<ApiClient | null> {
  const text = await readFile(path.join(dataDir, 'server.json'), 'utf8').catch(() => null);
  const parsed = text === null ? null : serverFileSchema.safeParse(JSON.parse(text));
  if (!parsed?.success || parsed.data.pid !== child.pid) return null;
  const token = (await readFile(path.join(dataDir, 'api-token'), 'utf8')).trim();
  const api = createApiClient({ url: parsed.data.url, token, timeoutMs: 20_000 });
  try {
    await api.health();
    return api;
  } catch {
    api.close();
    return null;
  }
}

interface Ending {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly api: ApiClient;
  readonly signal: NodeJS.Signals;
}

async function end({ child, exited, api, signal }: Ending): Promise<void> {
  api.close();
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(timer);
}
