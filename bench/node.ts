import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './measure/machine.ts';
import { rounded } from './measure/statistics.ts';
import { memory } from './node/memory.ts';
import { muchOutput } from './node/much-output.ts';
import { recovery } from './node/recovery.ts';
import { startLatency } from './node/start-latency.ts';

/**
 * `npm run bench:node [-- --part recovery]`: a node from outside. How soon a worker starts, how soon the runs of a node that was killed are
 * owned again, what a node and its workers need of memory, and what an agent with very much output does to it. Each part is written to
 * bench/results/node.json with the machine it was measured on; the others stay.
 */
const parts = {
  'start-latency': startLatency,
  recovery,
  memory,
  'much-output': muchOutput,
} as const;
const resultFile = path.join(import.meta.dirname, 'results/node.json');
const { values } = parseArgs({ options: { part: { type: 'string', multiple: true } } });
const wanted = values.part ?? Object.keys(parts);
const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);

for (const name of wanted) {
  const measure = Object.entries(parts).find(([part]) => part === name)?.[1];
  if (!measure) throw new Error(`there is no part ${name}; there are: ${Object.keys(parts).join(', ')}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'runyard-bench-'));
  try {
    const machine = await describeMachine();
    const figures = await measure(folder);
    const command = `npm run bench:node -- --part ${name}`;
    await store(name, { command, date: new Date().toISOString(), machine, ...figures });
    console.log(name, JSON.stringify(figures, digits, 2));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function store(name: string, result: object): Promise<void> {
  await mkdir(path.dirname(resultFile), { recursive: true });
  const before = JSON.parse(await readFile(resultFile, 'utf8').catch(() => '{}')) as Record<string, object>;
  await writeFile(resultFile, `${JSON.stringify({ ...before, [name]: result }, digits, 2)}\n`);
}
