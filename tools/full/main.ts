import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/measure/machine.ts';
import { fullParts } from './parts.ts';
import { type PartResult, runPart } from './run-part.ts';

/**
 * `npm run test:full [-- --only stress,chaos] [--seeds 2000] [--rounds 30] [--length full]`: everything at full length, one part after the
 * other; a part that fails keeps no other from running. With all parts at their full sizes the result goes to bench/results/test-full.json.
 */
const root = path.resolve(import.meta.dirname, '../..');
const resultFile = path.join(root, 'bench/results/test-full.json');
const FULL = { seeds: '2000', rounds: '30', length: 'full' };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seeds: { type: 'string', default: FULL.seeds },
      rounds: { type: 'string', default: FULL.rounds },
      length: { type: 'string', default: FULL.length },
    },
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'runyard-test-full-'));
  const stressReport = path.join(folder, 'stress.jsonl');
  try {
    const sizes = { seeds: Number(values.seeds), rounds: Number(values.rounds), length: values.length };
    const wanted = values.only?.split(',');
    const parts = fullParts({ ...sizes, stressReport }).filter(({ name }) => wanted?.includes(name) ?? true);
    const frame = await describeRun();
    const results: PartResult[] = [];
    for (const part of parts) results.push(await runPart(part, root));
    const isFull =
      !wanted && Object.entries(FULL).every(([name, size]) => values[name as keyof typeof FULL] === size);
    const result = { ...frame, parts: results.map(withoutFolder(folder)), stress: readLines(stressReport) };
    if (isFull) writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`\n${results.map(lineOf).join('\n')}`);
    console.log(
      isFull ? `Written: ${path.relative(root, resultFile)}` : 'Not written: parts or sizes were chosen.',
    );
    process.exitCode = results.every(({ passed }) => passed) && results.length > 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function describeRun() {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  return {
    what: 'everything at full length: all tests, stress, simulation, chaos',
    command: 'npm run test:full',
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    changedSince: git('status', '--porcelain') !== '',
    machine: await describeMachine(),
  };
}

function withoutFolder(folder: string) {
  return (result: PartResult) => ({ ...result, command: result.command.replaceAll(folder, '$TMPDIR') });
}

function lineOf({ name, passed, seconds, told }: PartResult): string {
  return `${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(8)} s  ${told.join(' ')}`;
}

/** Nothing when the part that writes them was not chosen. */
function readLines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

await main();
