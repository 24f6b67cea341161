import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { ApiClient } from '../src/api/client.ts';
import { findRunning } from '../src/cli/connect.ts';
import type { RunSpec } from '../src/domain/run.ts';
import { describeMachine } from './measure/machine.ts';
import { cpuSecondsOf } from './measure/processes.ts';
import { oneFileRepository } from './measure/repository.ts';
import { start, succeeded } from './measure/runs.ts';
import { startServer } from './measure/server.ts';
import { editSpec } from './measure/specs.ts';
import { rounded, summaryOf } from './measure/statistics.ts';

/**
 * `npm run bench [-- --pairs 30] [--data-dir D]`: what a run costs beyond the work itself. A run with an agent that edits one file,
 * checks off, on a repository of one file, through the API of a server that is up, against a shell script that does the same with
 * `git worktree`. Both in turn, the one that begins changing from pair to pair. Writes bench/results/overhead.json.
 */
const programs = path.join(import.meta.dirname, 'programs');
const resultFile = path.join(import.meta.dirname, 'results/overhead.json');
const execute = promisify(execFile);
const WARM_UP_PAIRS = 3;

interface Bench {
  readonly api: ApiClient;
  readonly spec: RunSpec;
  readonly repository: string;
  readonly folder: string;
}

interface Pair {
  readonly runMs: number;
  readonly scriptMs: number;
}

interface Measured {
  readonly pairs: readonly Pair[];
  /** Of the server and all processes it started and that ended, the database apart; NaN for a server that was there before. */
  readonly cpuSecondsPerRun: number;
}

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '30' }, 'data-dir': { type: 'string' } },
});
const folder = await mkdtemp(path.join(tmpdir(), 'runyard-bench-'));
const dataDir = path.resolve(values['data-dir'] ?? path.join(folder, 'data'));
const server = values['data-dir'] === undefined ? await startServer(dataDir) : null;
try {
  await report(await measure(dataDir, Number(values.pairs)));
} finally {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(data: string, pairs: number): Promise<Measured> {
  const api = await findRunning(data);
  if (!api)
    throw new Error(`no server answers for ${data}; start one with: bin/runyard serve --data-dir ${data}`);
  const repository = await oneFileRepository(path.join(folder, 'repository'));
  const bench = { api, spec: await editSpec(repository, { dataDir: data, folder }), repository, folder };
  try {
    for (let pair = 0; pair < WARM_UP_PAIRS; pair += 1) await measurePair(bench, `warm-up-${pair}`, pair);
    const measured: Pair[] = [];
    const before = server ? cpuSecondsOf(server.pid) : Number.NaN;
    for (let pair = 0; pair < pairs; pair += 1) measured.push(await measurePair(bench, `pair-${pair}`, pair));
    const spent = server ? cpuSecondsOf(server.pid) - before : Number.NaN;
    return { pairs: measured, cpuSecondsPerRun: spent / pairs };
  } finally {
    api.close();
  }
}

async function measurePair(bench: Bench, name: string, index: number): Promise<Pair> {
  if (index % 2 === 0) {
    const runMs = await timed(() => runThroughApi(bench));
    return { runMs, scriptMs: await timed(() => runScript(bench, name)) };
  }
  const scriptMs = await timed(() => runScript(bench, name));
  return { runMs: await timed(() => runThroughApi(bench)), scriptMs };
}

/** From the request to the last event of the run. */
async function runThroughApi({ api, spec }: Bench): Promise<void> {
  await succeeded(api, await start(api, spec));
}

async function runScript({ repository, folder: parent }: Bench, name: string): Promise<void> {
  await execute(path.join(programs, 'plain-script'), [repository, path.join(parent, name), `script/${name}`]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function report({ pairs, cpuSecondsPerRun }: Measured): Promise<void> {
  const run = summaryOf(pairs.map((pair) => pair.runMs));
  const scripted = summaryOf(pairs.map((pair) => pair.scriptMs));
  const difference = summaryOf(pairs.map((pair) => pair.runMs - pair.scriptMs));
  const ratio = summaryOf(pairs.map((pair) => pair.runMs / pair.scriptMs));
  const result = {
    what: 'milliseconds of a run through the API of a running server, and of a shell script that does the same',
    command: `npm run bench -- --pairs ${pairs.length}`,
    date: new Date().toISOString(),
    machine: await describeMachine(),
    pairs: pairs.length,
    differenceMs: difference,
    runMs: run,
    scriptMs: scripted,
    ratio,
    cpuSecondsPerRun,
    samples: pairs,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  await writeFile(resultFile, `${JSON.stringify(result, roundNumbers, 2)}\n`);
  console.log(`run      median ${rounded(run.median)} ms, p95 ${rounded(run.p95)} ms`);
  console.log(`script   median ${rounded(scripted.median)} ms, p95 ${rounded(scripted.p95)} ms`);
  console.log(`overhead median ${rounded(difference.median)} ms, p95 ${rounded(difference.p95)} ms`);
  console.log(`ratio    median ${rounded(ratio.median, 2)}, p95 ${rounded(ratio.p95, 2)}`);
  console.log(`processor ${rounded(cpuSecondsPerRun, 2)} s a run, the database apart`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}

function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? rounded(value, 2) : value;
}
