import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckResult, Verdict } from '../src/domain/verdict.ts';
import { createRedactor } from '../src/lib/redact.ts';
import { detectSandbox } from '../src/process/detect-sandbox.ts';
import { type VerifyOptions, verifyCommit } from '../src/verify/verify-commit.ts';
import {
  applyChange,
  commitAll,
  makeRepository,
  type RealPackage,
  realPackages,
} from '../test/fixtures/real-packages.ts';
import { describeMachine } from './measure/machine.ts';
import { rounded, type Summary, summaryOf } from './measure/statistics.ts';
import { type GeneratedSize, makeVerdictRepository } from './measure/verdict-repository.ts';

/**
 * `npm run bench:verdict [-- --samples 3]`: time to a verdict against its slowest check, the first failing check against that check alone, and
 * a second verification of the same tree. What is compared is measured in turn in the same run: "alone" is the same check with nothing beside it.
 * Writes bench/results/verdict.json.
 */
const resultFile = path.join(import.meta.dirname, 'results/verdict.json');
const { values } = parseArgs({ options: { samples: { type: 'string', default: '3' } } });
const samples = Number(values.samples);

const SIZES: Readonly<Record<string, GeneratedSize>> = {
  'quick tests': { files: 30, testMs: 20, relatedMs: 200, typecheckMs: 800, lintMs: 500 },
  'usual tests': { files: 30, testMs: 60, relatedMs: 600, typecheckMs: 1_200, lintMs: 700 },
  'slow tests': { files: 30, testMs: 250, relatedMs: 4_000, typecheckMs: 2_000, lintMs: 1_000 },
};

const WARM_UP: GeneratedSize = { files: 3, testMs: 1, relatedMs: 1, typecheckMs: 1, lintMs: 1 };

interface Timed {
  readonly ms: number;
  readonly verdict: Verdict;
  /** From the start of the verification; null: nothing failed. */
  readonly firstFailureMs: number | null;
}

const folder = await mkdtemp(path.join(tmpdir(), 'runyard-bench-verdict-'));
try {
  const machine = await describeMachine();
  const sandbox = (await detectSandbox()).mode;
  const generated: Record<string, object> = {};
  await warmUp();
  for (const [name, size] of Object.entries(SIZES)) generated[name] = await measureGenerated(name, size);
  const packages: Record<string, object> = {};
  for (const realPackage of realPackages) packages[realPackage.name] = await measurePackage(realPackage);
  await report({ machine, sandbox, generated, packages });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The second verification in a data folder compiles our own programs, once for all that follow. */
async function warmUp(): Promise<void> {
  const place = path.join(folder, 'warm-up');
  await mkdir(place);
  const [base, right] = await makeVerdictRepository(place, WARM_UP);
  for (let run = 0; run < 2; run += 1)
    await verify(place, { baseCommit: base, commit: right, isFresh: true });
}

async function measureGenerated(name: string, size: GeneratedSize): Promise<object> {
  const place = path.join(folder, name.replaceAll(' ', '-'));
  await mkdir(place);
  const [base, right, wrong] = await makeVerdictRepository(place, size);
  const taken = columns(
    'slowestAloneMs',
    'verdictMs',
    'oneByOneMs',
    'failedAloneMs',
    'firstFailureMs',
    'failedVerdictMs',
    'againMs',
  );
  for (let sample = 0; sample < samples; sample += 1) {
    const oneByOne = await verify(place, { baseCommit: base, commit: right, parallel: 1, isFresh: true });
    taken['slowestAloneMs'].push(Math.max(...oneByOne.verdict.results.map(({ durationMs }) => durationMs)));
    taken['oneByOneMs'].push(oneByOne.ms);
    taken['verdictMs'].push((await verify(place, { baseCommit: base, commit: right, isFresh: true })).ms);
    taken['againMs'].push((await verify(place, { baseCommit: base, commit: right })).ms);
    // The base commit's answers are there as after a first attempt.
    const failed = await verify(place, { baseCommit: base, commit: wrong, isFresh: true });
    taken['firstFailureMs'].push(failed.firstFailureMs ?? Number.NaN);
    taken['failedVerdictMs'].push(failed.ms);
    const related = failed.verdict.results.find(({ check }) => check.name === 'test:changed');
    const commands = [{ name: 'test', command: [...(related?.check.argv ?? [])] }];
    const alone = await verify(place, {
      baseCommit: base,
      commit: wrong,
      isFresh: true,
      checks: { mode: 'auto', commands, allowUnverified: false },
    });
    taken['failedAloneMs'].push(
      alone.verdict.results.find(({ check }) => check.name === 'test')?.durationMs ?? Number.NaN,
    );
  }
  const ms = summaries(taken);
  const ratios = {
    verdictToSlowest: ms['verdictMs'].median / ms['slowestAloneMs'].median,
    oneByOneToSlowest: ms['oneByOneMs'].median / ms['slowestAloneMs'].median,
    firstFailureToAlone: ms['firstFailureMs'].median / ms['failedAloneMs'].median,
    failedVerdictToAlone: ms['failedVerdictMs'].median / ms['failedAloneMs'].median,
  };
  console.log(name, JSON.stringify(ratios), `again ${rounded(ms['againMs'].median)} ms`);
  return { size, ms, ratios };
}

async function measurePackage(realPackage: RealPackage): Promise<object> {
  const place = path.join(folder, realPackage.name.replaceAll('/', '-'));
  await mkdir(place);
  const base = await makeRepository(realPackage, place);
  await applyChange(realPackage, place, 'right');
  const right = await commitAll(place, 'right');
  const taken = columns('slowestAloneMs', 'verdictMs', 'againMs');
  for (let sample = 0; sample < samples; sample += 1) {
    const oneByOne = await verify(place, { baseCommit: base, commit: right, parallel: 1, isFresh: true });
    taken['slowestAloneMs'].push(Math.max(...oneByOne.verdict.results.map(({ durationMs }) => durationMs)));
    taken['verdictMs'].push((await verify(place, { baseCommit: base, commit: right, isFresh: true })).ms);
    taken['againMs'].push((await verify(place, { baseCommit: base, commit: right })).ms);
  }
  const ms = summaries(taken);
  const ratios = { verdictToSlowest: ms['verdictMs'].median / ms['slowestAloneMs'].median };
  console.log(realPackage.name, JSON.stringify(ratios), `again ${rounded(ms['againMs'].median)} ms`);
  return { ms, ratios };
}

async function verify(repository: string, change: Partial<VerifyOptions>): Promise<Timed> {
  const data = path.join(folder, 'data');
  const started = performance.now();
  let firstFailureMs: number | null = null;
  const onCheckFinished = ({ status }: CheckResult) => {
    if (status === 'failed') firstFailureMs ??= performance.now() - started;
  };
  const verdict = await verifyCommit({
    gitDir: path.join(repository, '.git'),
    baseCommit: '',
    commit: '',
    folders: {
      verify: path.join(data, 'verify'),
      dependencies: path.join(data, 'dependencies'),
      baselines: path.join(data, 'baselines'),
    },
    sandbox: { mode: (await detectSandbox()).mode, readable: [], masked: [data] },
    egressSocketPath: null,
    checks: { mode: 'auto', commands: null, allowUnverified: false },
    limits: { checkMs: 120_000, gitMs: 30_000, killGraceMs: 1_000 },
    hostEnvironment: process.env,
    redact: createRedactor(),
    signal: AbortSignal.timeout(600_000),
    onCheckFinished,
    ...change,
  });
  return { ms: performance.now() - started, verdict, firstFailureMs };
}

function columns<const K extends string>(...names: K[]): Record<K, number[]> {
  return Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
}

function summaries<K extends string>(taken: Record<K, number[]>): Record<K, Summary> {
  return Object.fromEntries(
    Object.entries<number[]>(taken).map(([name, all]) => [name, summaryOf(all)]),
  ) as Record<K, Summary>;
}

async function report(figures: object): Promise<void> {
  const result = {
    what: `time to a verdict, ${samples} times each in turn; "alone": the same check with nothing beside it; first failure: from the start of the verification to the end of the first failed check; "again": the same trees a second time; after two verifications in the same data folder, as the second compiles programs of ours (about 1 s, once)`,
    command: `npm run bench:verdict -- --samples ${samples}`,
    date: new Date().toISOString(),
    ...figures,
  };
  await mkdir(path.dirname(resultFile), { recursive: true });
  const digits = (_key: string, value: unknown) => (typeof value === 'number' ? rounded(value, 2) : value);
  await writeFile(resultFile, `${JSON.stringify(result, digits, 2)}\n`);
  console.log(`Written to ${path.relative(process.cwd(), resultFile)}.`);
}
