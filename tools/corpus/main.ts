import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Verdict } from '../../src/domain/verdict.ts';
import { detectOverlay, ownMountsArgv } from '../../src/git/overlay/detect-overlay.ts';
import { hasOwnMounts } from '../../src/git/overlay/overlay-mount.ts';
import { detectSandbox } from '../../src/process/detect-sandbox.ts';
import { findExecutable } from '../../src/process/find-executable.ts';
import { formatVerdict } from '../../src/verify/format-verdict.ts';
import { type Case, casesOf, readStacks } from './corpus-file.ts';
import { writeReport } from './report.ts';
import { type CaseResult, runCase } from './run-case.ts';

/**
 * `npm run corpus [-- --only npm-vitest,node-test/right] [--quick] [--json] [--show] [--cache folder]`: verifies every case of the corpus
 * as `runyard verify` would. A whole run writes bench/results/corpus.json. 1 when a verdict is not what it should be.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      cache: { type: 'string' },
    },
  });
  const cacheDir = values.cache ?? mkdtempSync(path.join(tmpdir(), 'runyard-corpus-cache-'));
  mkdirSync(cacheDir, { recursive: true });
  try {
    const { mode } = await detectSandbox();
    const { cases, left } = chosen({ ...(values.only ? { only: values.only } : {}), quick: values.quick });
    if (cases.length === 0)
      throw new Error(
        'No such case. Stacks: ' +
          readStacks()
            .map(({ name }) => name)
            .join(', '),
      );
    const results: CaseResult[] = [];
    for (const each of cases) {
      const { result, verdict } = await runCase(each, { cacheDir, sandbox: mode, timeoutMs: 180_000 });
      results.push(result);
      if (!values.json) console.log(lineOf(each, result));
      if (values.show && verdict) console.log(shown(verdict));
    }
    for (const name of left) if (!values.json) console.log(`left out: ${name}`);
    if (values.json) console.log(JSON.stringify(results, null, 2));
    else console.log(closingLine(results));
    if (!values.only && !values.quick) await writeReport({ results, left, sandbox: mode });
    process.exitCode = results.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } finally {
    if (!values.cache) rmSync(cacheDir, { recursive: true, force: true });
  }
}

function chosen({ only, quick }: { only?: string; quick: boolean }): { cases: Case[]; left: string[] } {
  const wanted = only?.split(',');
  const stacks = readStacks();
  const missing = stacks.flatMap(({ name, needs }) =>
    needs
      .filter((program) => findExecutable(program, process.env['PATH'] ?? '') === null)
      .map((program) => ({ name, program })),
  );
  const cases = stacks
    .filter(({ name }) => !missing.some((each) => each.name === name))
    .flatMap(casesOf)
    .filter(({ name, stack, spec }) => {
      if (wanted) return wanted.some((each) => each === name || each === stack.name);
      return !quick || spec.quick;
    });
  return { cases, left: missing.map(({ name, program }) => `${name}: ${program} is not installed`) };
}

function lineOf({ name, kind }: Case, { problems, seconds, status, first, guards }: CaseResult): string {
  const mark = problems.length === 0 ? 'ok  ' : 'WRONG';
  const got = [
    first && `${first.category} ${first.file ?? ''}${first.line ? `:${first.line}` : ''}`,
    ...guards,
  ].filter(Boolean);
  const head = `${mark.padEnd(5)} ${name.padEnd(44)} ${kind.padEnd(5)} ${status.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${got.join(' | ')}`;
  return [head.trimEnd(), ...problems.map((problem) => `        ${problem}`)].join('\n');
}

/** The verdict as `runyard verify` prints it, and the ends of what its failing checks said. */
function shown(verdict: Verdict): string {
  const outputs = verdict.results
    .filter(({ status }) => status !== 'passed')
    .map(({ check, output }) => `── ${check.name} ──\n${output.split('\n').slice(-60).join('\n')}`);
  return [formatVerdict(verdict, { ascii: false }), ...outputs].join('\n');
}

function closingLine(results: readonly CaseResult[]): string {
  const wrong = results.filter(({ problems }) => problems.length > 0).length;
  return `\n${results.length} cases, ${results.length - wrong} as they should be, ${wrong} not.`;
}

/** As bin/runyard does for `runyard verify`: packages are mounted where that is possible, and copied elsewhere. */
async function withOwnMounts(work: () => Promise<void>): Promise<void> {
  const { strategy } = await detectOverlay({ wanted: 'auto', dataDir: tmpdir() });
  if (hasOwnMounts() || strategy !== 'overlay') return work();
  const [command, ...args] = [...ownMountsArgv(), process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

await withOwnMounts(main);
