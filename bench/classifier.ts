import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { classify } from '../src/verify/classify/classify.ts';
import { classifyByRegexList } from './classifier/regex-list.ts';
import { type LabelledFailure, readLabelled, type Score, score } from './classifier/score.ts';
import { adversarialTexts, type Timing, timeOf } from './classifier/timing.ts';
import { describeMachine } from './measure/machine.ts';

/**
 * How well failures are classified (V4), on labelled outputs: those given, those used to improve the classifier, those kept apart for
 * judging it, and those recorded afresh once it was done. Beside it a plain list of regular expressions. Writes bench/results/classifier.json; `--misses` prints what was wrong.
 */
const SETS = {
  dev: 'bench/classifier/failures.dev.jsonl',
  improve: 'test/fixtures/failures/improve.jsonl',
  'held-out': 'test/fixtures/failures/held-out.jsonl',
  fresh: 'test/fixtures/failures/fresh.jsonl',
  fresh3: 'test/fixtures/failures/fresh3.jsonl',
  fresh4: 'test/fixtures/failures/fresh4.jsonl',
} as const;
const resultFile = path.join(import.meta.dirname, 'results/classifier.json');
const root = path.join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { misses: { type: 'boolean', default: false } } });

const ours = ({ text, exit_code: exitCode, tool }: LabelledFailure) => classify({ text, exitCode, tool });
const scores: Record<string, { ours: Score; regexList: Score }> = {};
const all: LabelledFailure[] = [];
for (const [name, file] of Object.entries(SETS)) {
  const cases = readLabelled(path.join(root, file));
  all.push(...cases);
  scores[name] = { ours: score(cases, ours), regexList: score(cases, classifyByRegexList) };
}
printScores();
const speed = measureSpeed();
console.table(speed);
const streamed = await measureStream();
console.log(
  `50 MB through \`runyard classify\`: ${streamed.seconds.toFixed(1)} s, ${streamed.growthMiB.toFixed(0)} MiB above an empty run`,
);
await save();

function printScores(): void {
  const percent = (share: number) => (share * 100).toFixed(1);
  const row = (s: Score) => ({
    outputs: s.outputs,
    'lenient %': percent(s.lenient),
    'strict %': percent(s.strict),
    'macro %': percent(s.macro),
    'transient precision': s.transientPrecision.toFixed(3),
    'transient recall': s.transientRecall.toFixed(3),
    'file %': percent(s.file),
    'line %': percent(s.line),
    'symbol %': percent(s.symbol),
    'false alarms': `${s.falseAlarms}/${s.successes}`,
  });
  const table: Record<string, object> = {};
  for (const [name, { ours: own, regexList }] of Object.entries(scores)) {
    table[name] = row(own);
    table[`${name}, regex list`] = row(regexList);
  }
  console.table(table);
  if (!values.misses) return;
  for (const [name, { ours: own }] of Object.entries(scores)) {
    for (const { id, tool, what, expected, said } of own.misses)
      console.log(`${name} ${id} [${tool}] ${what}: expected ${expected}, said ${said}`);
  }
}

function measureSpeed(): Record<string, Timing> {
  const failing = all
    .map(({ text }) => text)
    .join('\n')
    .slice(0, 22_000);
  const nothingKnown = 'a line of words that no tool of these would print: 42 of 1000\n'
    .repeat(400)
    .slice(0, 22_000);
  const timings: Record<string, Timing> = {
    'each labelled output': timeOf(
      all.map((one) => () => void ours(one)),
      5,
    ),
    '22 kB, outputs of many tools': timeOf([() => void classify({ text: failing, exitCode: 1 })], 200),
    '22 kB, nothing known': timeOf([() => void classify({ text: nothingKnown, exitCode: 1 })], 200),
  };
  for (const [name, text] of Object.entries(adversarialTexts))
    timings[name] = timeOf([() => void classify({ text, exitCode: 1 })], 3);
  return timings;
}

async function measureStream(): Promise<{ seconds: number; growthMiB: number }> {
  const script = path.join(import.meta.dirname, 'classifier/stream.mjs');
  const peak = async (megabytes: number) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(megabytes)]);
    return z.object({ seconds: z.number(), rssMiB: z.number() }).parse(JSON.parse(stdout));
  };
  const empty = await peak(0);
  const full = await peak(50);
  return { seconds: full.seconds, growthMiB: full.rssMiB - empty.rssMiB };
}

async function save(): Promise<void> {
  const short = ({ misses, ...figures }: Score) => ({ ...figures, misses: misses.length });
  const sets = Object.fromEntries(
    Object.entries(scores).map(([name, { ours: own, regexList }]) => [
      name,
      { ours: short(own), regexList: short(regexList) },
    ]),
  );
  await mkdir(path.dirname(resultFile), { recursive: true });
  const result = { machine: await describeMachine(), sets, speed, streamed };
  await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
}
