import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbeddedDatabase } from '../src/store/embedded/embedded-database.ts';
import { openStore } from '../src/store/store.ts';
import { describeMachine } from './measure/machine.ts';
import { type IdleNode, startIdleNode } from './measure/start-idle-node.ts';
import { rounded, type Summary, summaryOf } from './measure/statistics.ts';
import { fillDatabase } from './scale/fill-database.ts';
import { type Draw, type Question, questions } from './scale/questions.ts';

/**
 * `npm run bench:scale [-- --runs 100000 --events 5000000 --samples 60]`: how long the API takes to answer with that much in the database, one
 * request at a time, asked over HTTP. Writes bench/results/scale.json. `--data-dir <folder>` keeps the database for another time, `--only <words>`
 * asks the questions whose name has these words and writes nothing.
 */
const resultFile = path.join(import.meta.dirname, 'results/scale.json');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    events: { type: 'string', default: '5000000' },
    samples: { type: 'string', default: '60' },
    only: { type: 'string' },
    'data-dir': { type: 'string' },
  },
});
const size = { runs: Number(values.runs), events: Number(values.events) };
const samples = Number(values.samples);
const WARM_UP = 5;

interface Result extends Summary {
  readonly name: string;
  /** The first answer of this node, which others after it may be spared the work of. */
  readonly first: number;
  readonly barP95Ms: number | null;
}

const kept = values['data-dir'];
const dataDir = kept ?? (await mkdtemp(path.join(tmpdir(), 'runyard-scale-')));
const database = await startEmbeddedDatabase({ dataDir });
try {
  const { ids, stored } = await prepare();
  const node = await startIdleNode(dataDir);
  const results: Result[] = [];
  try {
    for (const question of questions.filter(({ name }) => name.includes(values.only ?? ''))) {
      const result = await ask(node, question, drawFrom(ids));
      results.push(...result);
    }
  } finally {
    await node.stop();
  }
  if (values.only === undefined) await report(results, stored);
  process.exitCode = results.every(({ p95, barP95Ms }) => barP95Ms === null || p95 <= barP95Ms) ? 0 : 1;
} finally {
  await database.stop();
  if (!kept) await rm(dataDir, { recursive: true, force: true });
}

interface Stored {
  readonly runs: number;
  readonly events: number;
  readonly bytes: number;
}

/** Fills the database unless it has runs, and says what is in it. */
async function prepare(): Promise<{ ids: string[]; stored: Stored }> {
  const store = await openStore(database.connection);
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from runs limit 1');
    if (rowCount === 0) await fillDatabase(client, size, (line) => console.log(`filling: ${line}`));
    const { rows: runs } = await client.query<{ id: string }>('select id from runs');
    const { rows } = await client.query<{ events: string; bytes: string }>(
      'select count(*) as events, pg_database_size(current_database()) as bytes from run_events',
    );
    const stored = { runs: runs.length, events: Number(rows[0]?.events), bytes: Number(rows[0]?.bytes) };
    return { ids: runs.map(({ id }) => id), stored };
  } finally {
    await client.end();
    await store.close();
  }
}

/** The same numbers for every question. */
function drawFrom(ids: readonly string[]): Draw {
  let state = 42;
  const draw = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  return Object.assign(draw, { run: () => ids[draw(ids.length)] ?? '' });
}

/** Nothing: this server is not asked that. */
async function ask(
  { url, token }: IdleNode,
  { name, path: pathOf, p95Ms }: Question,
  draw: Draw,
): Promise<Result[]> {
  const times: number[] = [];
  let first = 0;
  for (let sample = -WARM_UP; sample < samples; sample += 1) {
    const asked = pathOf(draw);
    const startedAt = performance.now();
    const response = await fetch(url + asked, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    const took = performance.now() - startedAt;
    if (response.status === 404 && sample === -WARM_UP) return [];
    if (response.status !== 200) throw new Error(`${asked} was answered with ${response.status}: ${text}`);
    if (sample === -WARM_UP) first = took;
    if (sample >= 0) times.push(took);
  }
  const summary = summaryOf(times);
  const verdict = p95Ms === null ? '' : summary.p95 <= p95Ms ? 'ok' : `OVER ${p95Ms} ms`;
  console.log(
    `${name.padEnd(32)} median ${rounded(summary.median)} ms, p95 ${rounded(summary.p95)} ms, first ${rounded(first)} ms  ${verdict}`,
  );
  return [{ name, first, ...summary, barP95Ms: p95Ms }];
}

async function report(results: readonly Result[], stored: Stored): Promise<void> {
  const result = {
    what: 'milliseconds until the API has answered, one request at a time over HTTP, with that much in the embedded database',
    command: `npm run bench:scale -- --runs ${size.runs} --events ${size.events} --samples ${samples}`,
    date: new Date().toISOString(),
    machine: await describeMachine(),
    stored,
    samples,
    answersMs: results,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);
  await writeFile(resultFile, `${JSON.stringify(result, digits, 2)}\n`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}
