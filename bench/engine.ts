import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { acceptRun } from '../src/queue/accept-run.ts';
import { startEmbeddedDatabase } from '../src/store/embedded/embedded-database.ts';
import { bareClaims } from './measure/bare-claims.ts';
import { describeMachine } from './measure/machine.ts';
import { claimOne, type EngineNode, noOpRuns, noOpSpec, openNode } from './measure/no-op-runs.ts';
import { rounded, summaryOf } from './measure/statistics.ts';

/**
 * `npm run bench:engine [-- --runs 600]`: what the engine costs without any work. Durable runs through accept, admit, claim and settle, one at
 * a time, by one node and by two, against bare SKIP LOCKED claims on the same database; and the time from acceptance to claim over
 * LISTEN/NOTIFY. Writes bench/results/engine.json.
 */
const resultFile = path.join(import.meta.dirname, 'results/engine.json');
const { values } = parseArgs({ options: { runs: { type: 'string', default: '600' } } });
const runs = Number(values.runs);
const LATENCY_SAMPLES = 200;
const WARM_UP_RUNS = 200;
const TURNS = 10;

const dataDir = await mkdtemp(path.join(tmpdir(), 'runyard-bench-'));
const database = await startEmbeddedDatabase({ dataDir });
try {
  const node = await openNode(database.connection, 'node-1');
  await noOpRuns(node, WARM_UP_RUNS);
  // What a database that is in use has by itself.
  await node.store.pool.query('vacuum analyze');
  await bareClaims(node.store.pool, 100);
  const { bare, one } = await inTurns(node);
  const two = await byTwoNodes();
  const latency = await acceptToClaim(node);
  await node.close();
  await report({ bare, one, two, latency });
} finally {
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** A little of both again and again: what slows the machine down for a while meets both. */
async function inTurns(node: EngineNode): Promise<{ bare: number; one: number }> {
  const count = Math.ceil(runs / TURNS);
  let bareMs = 0;
  let oneMs = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    bareMs += await timed(() => bareClaims(node.store.pool, count));
    oneMs += await timed(() => noOpRuns(node, count));
  }
  return { bare: perSecond(TURNS * count, bareMs), one: perSecond(TURNS * count, oneMs) };
}

/** The second node is a process of its own, as it would be. */
async function byTwoNodes(): Promise<number> {
  const connection = JSON.stringify(database.connection);
  const program = path.join(import.meta.dirname, 'measure/node-process.ts');
  const nodes = ['node-2', 'node-3'].map((id) => fork(program, [connection, id, String(runs)]));
  await Promise.all(nodes.map((child) => once(child, 'message')));
  const startedAt = performance.now();
  const done = Promise.all(nodes.map((child) => once(child, 'exit')));
  for (const child of nodes) child.send('go');
  const exits = await done;
  const failed = exits.find(([code]) => code !== 0);
  if (failed) throw new Error(`a node ended with exit code ${String(failed[0])}`);
  return perSecond(2 * runs, performance.now() - startedAt);
}

/** From the call that accepts to the claim, woken by the notification of the commit. */
async function acceptToClaim(node: EngineNode): Promise<number[]> {
  let wake: () => void = () => undefined;
  const stop = await node.store.listen('runyard_runs', () => wake());
  const samples: number[] = [];
  for (let sample = 0; sample < LATENCY_SAMPLES; sample += 1) {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const startedAt = performance.now();
    wake = () => {
      wake = () => undefined;
      claimOne(node).then(() => resolve(performance.now() - startedAt), reject);
    };
    await acceptRun(node.queue, { spec: noOpSpec(), idempotencyKey: null, by: 'bench/engine' });
    samples.push(await promise);
    await node.settle();
  }
  await stop();
  return samples;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function perSecond(count: number, ms: number): number {
  return (count * 1000) / ms;
}

interface Figures {
  readonly bare: number;
  readonly one: number;
  readonly two: number;
  readonly latency: readonly number[];
}

async function report({ bare, one, two, latency }: Figures): Promise<void> {
  const acceptToClaimMs = summaryOf(latency);
  const result = {
    what: 'durable no-op runs a second through accept, admit, claim and settle; bare SKIP LOCKED claims on the same database; accept to claim',
    command: `npm run bench:engine -- --runs ${runs}`,
    date: new Date().toISOString(),
    machine: await describeMachine(),
    bareClaimsPerSecond: bare,
    runsPerSecond: { oneNode: one, twoNodes: two },
    ratioToBareClaims: { oneNode: one / bare, twoNodes: two / bare },
    acceptToClaimMs,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);
  await writeFile(resultFile, `${JSON.stringify(result, digits, 2)}\n`);
  console.log(`bare claims      ${rounded(bare)} a second`);
  console.log(`runs, one node   ${rounded(one)} a second, ${rounded(one / bare, 2)} of bare claims`);
  console.log(`runs, two nodes  ${rounded(two)} a second, ${rounded(two / bare, 2)} of bare claims`);
  console.log(
    `accept to claim  median ${rounded(acceptToClaimMs.median)} ms, p95 ${rounded(acceptToClaimMs.p95)} ms`,
  );
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}
