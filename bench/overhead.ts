import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { ApiClient } from '../src/api/client.ts';
import { longestEventWaitMs } from '../src/api/contract.ts';
import { findRunning } from '../src/cli/connect.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { runSpecFrom } from '../src/config/run-spec.ts';
import type { RunSpec } from '../src/domain/run.ts';
import { describeMachine } from './measure/machine.ts';
import { startServer } from './measure/server.ts';
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

async function measure(data: string, pairs: number): Promise<Pair[]> {
  const api = await findRunning(data);
  if (!api)
    throw new Error(`no server answers for ${data}; start one with: bin/runyard serve --data-dir ${data}`);
  const repository = await oneFileRepository(path.join(folder, 'repository'));
  const bench = { api, spec: await specFor(repository, data), repository, folder };
  try {
    for (let pair = 0; pair < WARM_UP_PAIRS; pair += 1) await measurePair(bench, `warm-up-${pair}`, pair);
    const measured: Pair[] = [];
    for (let pair = 0; pair < pairs; pair += 1) measured.push(await measurePair(bench, `pair-${pair}`, pair));
    return measured;
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
  const { run: created } = await api.createRun({ spec, by: 'bench/overhead' });
  let after = 0;
  for (;;) {
    const { events, ended } = await api.events(created.id, { after, waitMs: longestEventWaitMs });
    after = events.at(-1)?.seq ?? after;
    if (ended) break;
  }
  const { run: finished } = await api.run(created.id);
  if (finished.state !== 'succeeded') {
    const { error, waitReason } = finished;
    const why = error ? `${error.what} ${error.why}` : `it waits for ${waitReason ?? 'nothing'}`;
    throw new Error(`run ${created.id} ended ${finished.state}: ${why}`);
  }
}

async function runScript({ repository, folder: parent }: Bench, name: string): Promise<void> {
  await execute(path.join(programs, 'plain-script'), [repository, path.join(parent, name), `script/${name}`]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function oneFileRepository(target: string): Promise<string> {
  await mkdir(target);
  await writeFile(path.join(target, 'file.txt'), 'as it was\n');
  const git = (...args: string[]) => execute('git', args, { cwd: target });
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Bench');
  await git('config', 'user.email', 'bench@example.com');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'One file');
  return target;
}

async function specFor(repository: string, data: string): Promise<RunSpec> {
  const { config } = await loadConfig({ env: {}, cwd: folder, flags: { dataDir: data } });
  const agent = `command:${path.join(programs, 'edit-one-file')}`;
  const flags = { repository, agent, planMode: 'off', checks: 'off', allowUnverified: true } as const;
  return runSpecFrom(config, flags, { key: null, title: 'Edit one file', body: '' });
}

async function report(pairs: readonly Pair[]): Promise<void> {
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
    samples: pairs,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  await writeFile(resultFile, `${JSON.stringify(result, roundNumbers, 2)}\n`);
  console.log(`run      median ${rounded(run.median)} ms, p95 ${rounded(run.p95)} ms`);
  console.log(`script   median ${rounded(scripted.median)} ms, p95 ${rounded(scripted.p95)} ms`);
  console.log(`overhead median ${rounded(difference.median)} ms, p95 ${rounded(difference.p95)} ms`);
  console.log(`ratio    median ${rounded(ratio.median, 2)}, p95 ${rounded(ratio.p95, 2)}`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}

function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? rounded(value, 2) : value;
}
