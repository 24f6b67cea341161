import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { appendEvents } from '../src/events/append-events.ts';
import { acceptRun } from '../src/queue/accept-run.ts';
import { startEmbeddedDatabase } from '../src/store/embedded/embedded-database.ts';
import { describeMachine } from './measure/machine.ts';
import { type EngineNode, noOpSpec, openNode } from './measure/no-op-runs.ts';
import { cpuSecondsOf, memoryOf } from './measure/processes.ts';
import { type IdleNode, startIdleNode } from './measure/start-idle-node.ts';
import { rounded, type Summary, summaryOf } from './measure/statistics.ts';

/**
 * `npm run bench:viewers [-- --viewers 500 --seconds 30]`: what viewers of the stream of all runs cost a node, beside the same events without
 * viewers: each viewer follows a run of its own with an event a second, or all of them follow everything and there is an event a second. Every
 * sequence is checked. Writes bench/results/viewers.json.
 */
const resultFile = path.join(import.meta.dirname, 'results/viewers.json');
const { values } = parseArgs({
  options: { viewers: { type: 'string', default: '500' }, seconds: { type: 'string', default: '30' } },
});
const viewers = Number(values.viewers);
const seconds = Number(values.seconds);
const AT_ONCE = 4;
const TOGETHER = 10;
const READY_LIMIT_MS = 60_000;
const ARRIVAL_LIMIT_MS = 30_000;

interface Seen {
  readonly events: number;
  readonly missing: number;
  readonly repeated: number;
  /** Of the viewer that got the fewest. */
  readonly fewest: number;
  readonly latenciesMs: readonly number[];
}

interface Result {
  readonly scene: string;
  readonly viewers: number;
  readonly written: number;
  readonly writtenPerSecond: number;
  readonly cpuPercent: number;
  readonly rssMiB: number;
  readonly received: Omit<Seen, 'latenciesMs'> | null;
  /** From the time of the event to its viewer. */
  readonly latencyMs: Summary | null;
}

const dataDir = await mkdtemp(path.join(tmpdir(), 'runyard-viewers-'));
const database = await startEmbeddedDatabase({ dataDir });
try {
  const writer = await openNode(database.connection, 'writer');
  const runs = await acceptRuns(writer);
  const own = runs.map((run) => `?run=${run}`);
  const everything = runs.map(() => '');
  const one = runs.slice(0, 1);
  const results = [
    await measure(writer, { scene: 'an event a second in each run, no viewers', runs, queries: [] }),
    await measure(writer, {
      scene: 'an event a second in each run, each viewer follows one run',
      runs,
      queries: own,
    }),
    await measure(writer, { scene: 'an event a second, no viewers', runs: one, queries: [] }),
    await measure(writer, {
      scene: 'an event a second, every viewer follows everything',
      runs: one,
      queries: everything,
    }),
  ];
  await writer.close();
  await report(results);
  process.exitCode = results.every(({ received }) => received === null || received.missing === 0) ? 0 : 1;
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function acceptRuns({ queue }: EngineNode): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 0; count < viewers; count += 1) {
    const request = { spec: noOpSpec(), idempotencyKey: null, by: 'bench/viewers' };
    ids.push((await acceptRun(queue, request)).run.id);
  }
  return ids;
}

interface Scene {
  readonly scene: string;
  readonly runs: readonly string[];
  /** One for each viewer. */
  readonly queries: readonly string[];
}

/** A node of its own for each scene, so that memory is only what this scene takes. */
async function measure(writer: EngineNode, { scene, runs, queries }: Scene): Promise<Result> {
  const node = await startIdleNode(dataDir);
  const watching = queries.length > 0 ? await startViewers(node, queries) : null;
  const cpuBefore = cpuSecondsOf(node.pid);
  const startedAt = performance.now();
  const written = await write(writer, runs);
  const expected = queries.length === 0 ? 0 : queries[0] === '' ? written * queries.length : written;
  const seen = watching ? await arrived(watching, expected) : null;
  const elapsed = (performance.now() - startedAt) / 1000;
  const result: Result = {
    scene,
    viewers: queries.length,
    written,
    writtenPerSecond: written / elapsed,
    cpuPercent: ((cpuSecondsOf(node.pid) - cpuBefore) / elapsed) * 100,
    rssMiB: memoryOf(node.pid).now / 1024 ** 2,
    received: seen && { ...omitLatencies(seen), missing: seen.missing + Math.max(0, expected - seen.events) },
    latencyMs: seen && summaryOf(seen.latenciesMs),
  };
  watching?.kill('SIGKILL');
  await node.stop();
  const arrivals = seen
    ? `, ${seen.events} arrived, p95 after ${rounded(result.latencyMs?.p95 ?? 0)} ms`
    : '';
  console.log(
    `${scene}: ${rounded(result.cpuPercent)} % of a core, ${rounded(result.rssMiB)} MiB, ${written} written${arrivals}`,
  );
  return result;
}

async function startViewers({ url, token }: IdleNode, queries: readonly string[]): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'measure/viewer-process.ts'));
  child.send({ url, token, queries });
  await once(child, 'message', { signal: AbortSignal.timeout(READY_LIMIT_MS) });
  return child;
}

/** An event in each run every second. Ten runs share a transaction: the writers are not what is measured, and take processors from it. */
async function write({ store }: EngineNode, runs: readonly string[]): Promise<number> {
  const event = {
    type: 'run.warning',
    data: { code: 'bench', message: 'a message of the usual length' },
  } as const;
  const startedAt = performance.now();
  let written = 0;
  for (let second = 0; second < seconds; second += 1) {
    const left = [...runs];
    const writeSome = async () => {
      for (let some = left.splice(-TOGETHER); some.length > 0; some = left.splice(-TOGETHER)) {
        await store.db.transaction().execute(async (tx) => {
          for (const run of some) await appendEvents(tx, run, [event]);
        });
        written += some.length;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, writeSome));
    await delay(Math.max(0, startedAt + (second + 1) * 1000 - performance.now()));
  }
  return written;
}

async function arrived(child: ChildProcess, expected: number): Promise<Seen> {
  const deadline = performance.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const answer = once(child, 'message');
    child.send('report');
    const [seen] = (await answer) as [Seen];
    if (seen.events >= expected || performance.now() > deadline) return seen;
    await delay(500);
  }
}

function omitLatencies({ events, missing, repeated, fewest }: Seen): Omit<Seen, 'latenciesMs'> {
  return { events, missing, repeated, fewest };
}

async function report(results: readonly Result[]): Promise<void> {
  const result = {
    what: 'processor and memory of a node whose viewers follow the stream of all runs, beside the same events without viewers; events that did not arrive',
    command: `npm run bench:viewers -- --viewers ${viewers} --seconds ${seconds}`,
    date: new Date().toISOString(),
    machine: await describeMachine(),
    scenes: results,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);
  await writeFile(resultFile, `${JSON.stringify(result, digits, 2)}\n`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}
