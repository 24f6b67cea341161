import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeMachine } from '../../bench/measure/machine.ts';
import type { CaseResult } from './run-case.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** bench/results/corpus.json: every verdict, and how long it took, by stack and by what was known of the base commit. */
export async function writeReport(run: {
  readonly results: readonly CaseResult[];
  readonly left: readonly string[];
  readonly sandbox: string;
}): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const { results, left, sandbox } = run;
  const report = {
    what: 'verdicts on the corpus of test/corpus, and the time to each',
    command: 'npm run corpus',
    date: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    machine: await describeMachine(),
    sandbox,
    total: summaryOf(results),
    stacks: Object.fromEntries(stacksOf(results).map(([name, own]) => [name, summaryOf(own)])),
    leftOut: left,
    cases: results.map((result) => ({
      ...result,
      seconds: round(result.seconds),
      slowestCheckSeconds: round(result.slowestCheckSeconds),
      leastSeconds: round(result.leastSeconds),
    })),
  };
  writeFileSync(path.join(root, 'bench/results/corpus.json'), `${JSON.stringify(report, null, 2)}\n`);
}

function stacksOf(results: readonly CaseResult[]): [string, CaseResult[]][] {
  const names = [...new Set(results.map(({ name }) => stackOf(name)))];
  return names.map((name) => [name, results.filter((result) => stackOf(result.name) === name)]);
}

function stackOf(name: string): string {
  return name.split('/')[0] ?? name;
}

function summaryOf(results: readonly CaseResult[]) {
  const right = results.filter(({ problems }) => problems.length === 0).length;
  const medianFor = (baseline: CaseResult['baseline'], of = ({ seconds }: CaseResult) => seconds) =>
    median(
      results
        .filter((result) => result.baseline === baseline)
        .map(of)
        .filter(Number.isFinite),
    );
  const toLeast = ({ seconds, leastSeconds }: CaseResult) => seconds / leastSeconds;
  const toSlowest = ({ seconds, slowestCheckSeconds }: CaseResult) => seconds / slowestCheckSeconds;
  return {
    cases: results.length,
    right,
    medianSeconds: {
      baselineNotNeeded: medianFor('none'),
      baselineCached: medianFor('cached'),
      baselineNew: medianFor('new'),
    },
    // The slowest of all checks, on either side; an installation is one of them.
    medianToSlowestCheck: {
      baselineNotNeeded: medianFor('none', toSlowest),
      baselineCached: medianFor('cached', toSlowest),
      baselineNew: medianFor('new', toSlowest),
    },
    // Against what all checks take when they are spread evenly over the lanes of this machine.
    medianToLeast: {
      baselineNotNeeded: medianFor('none', toLeast),
      baselineCached: medianFor('cached', toLeast),
      baselineNew: medianFor('new', toLeast),
    },
  };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return middle === undefined ? null : round(middle);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
