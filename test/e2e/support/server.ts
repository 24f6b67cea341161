import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventsResponse,
  eventsResponseSchema,
  type RunDetails,
  runDetailsSchema,
  runResponseSchema,
  serverFileSchema,
} from '../../../src/api/contract.ts';
import type { RunSpec } from '../../../src/domain/run.ts';
import { placeCluster } from '../../support/prepared-cluster.ts';
import { cleanEnvironment, cliPath } from './cli.ts';

export interface TestServer {
  readonly pid: number;
  readonly url: string;
  /** What clients of the API show. */
  readonly token: string;
  readonly output: () => string;
  create(spec: RunSpec): Promise<string>;
  show(id: string): Promise<RunDetails>;
  events(id: string, after: number): Promise<EventsResponse>;
  /** The body of an answer; throws when it is a refusal. */
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<Response>;
  /** Reads events until one fits; fails after `timeoutMs` with what was seen. */
  waitForEvent(
    id: string,
    fits: (event: { type: string; data: unknown }) => boolean,
    timeoutMs?: number,
  ): Promise<void>;
  /** Waits until the run ended or waits for a person. */
  settled(id: string, timeoutMs?: number): Promise<RunDetails>;
  /** Pids of the worker processes of this server, idle ones included. */
  workers(): number[];
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when the server is gone. */
  ended(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Starts the real `runyard serve` on a data folder and waits until it answers. */
export async function startServer(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<TestServer> {
  if (env['RUNYARD_DATABASE_URL'] === undefined) await placeCluster(dataDir);
  const child = spawn(cliPath, ['serve', '--data-dir', dataDir, ...args], {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { url, pid } = await untilServing(dataDir, child, () => output);
  const token = (await readFile(path.join(dataDir, 'api-token'), 'utf8')).trim();
  return serverApi({ url, pid, token, child, exited, output: () => output });
}

async function untilServing(
  dataDir: string,
  child: ChildProcess,
  output: () => string,
): Promise<{ url: string; pid: number }> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < giveUpAt && child.exitCode === null) {
    const text = await readFile(path.join(dataDir, 'server.json'), 'utf8').catch(() => null);
    const parsed = text === null ? null : serverFileSchema.safeParse(JSON.parse(text));
    // What a killed one left behind may name a port that is another server's by now.
    if (parsed?.success && parsed.data.pid === child.pid && (await answers(parsed.data.url)))
      return parsed.data;
    await delay(50);
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not start:\n${output()}`);
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/api/v1/health`).then(
    (response) => response.ok,
    () => false,
  );
}

interface Connection {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  readonly output: () => string;
}

function serverApi({ url, pid, token, child, exited, output }: Connection): TestServer {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const get = async (route: string): Promise<unknown> => {
    const giveUpAt = Date.now() + 20_000;
    let response = await fetch(`${url}${route}`, { headers });
    // 503: the database is away for a moment, and the server says so.
    while (response.status === 503 && Date.now() < giveUpAt) {
      await delay(100);
      response = await fetch(`${url}${route}`, { headers });
    }
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${route}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  };
  const post = (route: string, body: unknown) =>
    fetch(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const events = async (id: string, after: number) =>
    eventsResponseSchema.parse(await get(`/api/v1/runs/${id}/events?after=${after}&waitMs=5000`));
  const show = async (id: string) => runDetailsSchema.parse(await get(`/api/v1/runs/${id}`));

  async function follow(
    id: string,
    until: (event: { type: string; data: unknown }) => boolean,
    timeoutMs: number,
  ): Promise<boolean> {
    const seen: string[] = [];
    let after = 0;
    for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; ) {
      const page = await events(id, after);
      for (const event of page.events) {
        after = event.seq;
        seen.push(`${event.type} ${JSON.stringify(event.data)}`);
        if (until(event)) return true;
      }
      if (page.ended && page.events.length === 0) return false;
    }
    throw new Error(`run ${id} did not get there in ${timeoutMs} ms. Seen:\n${seen.join('\n')}\n${output()}`);
  }

  return {
    pid,
    url,
    token,
    output,
    show,
    events,
    get,
    post,
    async create(spec) {
      const response = await post('/api/v1/runs', { spec });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`create: ${response.status} ${JSON.stringify(body)}`);
      return runResponseSchema.parse(body).run.id;
    },
    async waitForEvent(id, fits, timeoutMs = 60_000) {
      if (!(await follow(id, fits, timeoutMs)))
        throw new Error(`run ${id} ended before the event came\n${output()}`);
    },
    async settled(id, timeoutMs = 100_000) {
      await follow(id, () => false, timeoutMs);
      return show(id);
    },
    workers: () => childrenOf(pid).filter((childPid) => commandOf(childPid).includes('worker/main')),
    ended: () => exited,
    async kill(signal) {
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, signal);
      await exited;
      child.removeAllListeners();
    },
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
