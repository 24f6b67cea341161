import type { Check, TestTally } from '../domain/verdict.ts';
import { bun } from './parse/bun-tally.ts';
import { toLines } from './parse/plain-text.ts';
import { jasmine, tapDot, tapLines, tapTests, uvu } from './tap-tally.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Reads one runner's summaries, added up where there are several; null: there is none. */
type Reader = (lines: readonly string[]) => Counts | null;

/**
 * How many tests runners say they ran, by their own summaries (the exit code is whatever a script makes of it); null: no known summary.
 * `runners` names who counted: numbers of different runners are not comparable.
 */
export function readTestTally(output: string): TestTally | null {
  const lines = toLines(output);
  const found = READERS.flatMap(([name, read]) => {
    const counts = read(lines);
    return counts ? [{ name, ...counts }] : [];
  });
  if (found.length === 0) {
    const counts = tapLines(lines);
    return counts && { runners: 'TAP', ...counts };
  }
  const sum = (key: keyof Counts) => found.reduce((total, counts) => total + counts[key], 0);
  const runners = found.map(({ name }) => name).join(', ');
  return { runners, passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** Where go is told to name its tests and names none, none ran: a package that ends the process by itself looks as if it had passed. */
export function testTallyOf({ argv }: Pick<Check, 'argv'>, output: string): TestTally | null {
  const tally = readTestTally(output);
  const isVerbose = argv[0] === 'go' && argv[1] === 'test' && argv.includes('-v');
  return isVerbose && tally?.runners === 'go packages' ? { ...tally, runners: 'go', passed: 0 } : tally;
}

/** Tests that were run to an end: what is skipped proves nothing. */
export function ranIn({ passed, failed }: TestTally): number {
  return passed + failed;
}

const READERS: readonly (readonly [string, Reader])[] = [
  ['vitest', vitest],
  ['jest', jest],
  ['node:test', nodeTest],
  ['tap', tapTests],
  ['tap-dot', tapDot],
  ['uvu', uvu],
  ['jasmine', jasmine],
  ['bun', bun],
  ['mocha', mocha],
  ['ava', ava],
  ['pytest', pytest],
  ['unittest', unittest],
  ['cargo', cargo],
  ['go', go],
  ['go packages', goPackages],
];

/** Which of ours a runner's word stands for; others (todo, deselected) count as nothing. */
const WORDS: Readonly<Record<string, keyof Counts>> = {
  passed: 'passed',
  xpassed: 'passed',
  xfailed: 'passed',
  'expected fail': 'passed',
  failed: 'failed',
  error: 'failed',
  errors: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  ignored: 'skipped',
};

/** `2 failed, 3 passed` between separators; null: something else stands there. */
function countsIn(text: string, separator: string): Counts | null {
  const counts = none();
  for (const part of text.slice(0, 500).split(separator)) {
    const match = /^(\d{1,9}) ([a-z][a-z ]{0,20})$/.exec(part.trim());
    if (!match) return null;
    const word = WORDS[match[2] ?? ''];
    if (word) counts[word] += Number(match[1]);
  }
  return counts;
}

function none(): Counts {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** Adds up what `read` makes of each line. */
function added(lines: readonly string[], read: (line: string) => Counts | null): Counts | null {
  let sum: Counts | null = null;
  for (const line of lines) {
    const counts = read(line);
    if (!counts) continue;
    sum ??= none();
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key];
  }
  return sum;
}

/** A file that fails outside of its tests fails the run, too. */
function withFailedFiles(counts: Counts | null, lines: readonly string[], heading: RegExp): Counts | null {
  const hasFailed = counts?.failed === 0 && lines.some((line) => heading.test(line));
  return counts && hasFailed ? { ...counts, failed: 1 } : counts;
}

function vitest(lines: readonly string[]): Counts | null {
  const counts = added(lines, (line) => {
    if (/^\s*Tests {2}no tests$|^No test files found, exiting with code \d$/.test(line)) return none();
    const match = /^\s*Tests {2}(\d[^()]{1,200}) \(\d{1,9}\)$/.exec(line);
    return match ? countsIn(match[1] ?? '', '|') : null;
  });
  return withFailedFiles(counts, lines, /^\s*Test Files {2}\d{1,9} failed\b/);
}

function jest(lines: readonly string[]): Counts | null {
  const counts = added(lines, (line) => {
    if (/^No tests found, exiting with code \d/.test(line) || /^Tests: {2,9}0 total$/.test(line))
      return none();
    const match = /^Tests: {2,9}(\d.{1,200}), \d{1,9} total$/.exec(line);
    return match ? countsIn(match[1] ?? '', ',') : null;
  });
  return withFailedFiles(counts, lines, /^Test Suites: \d{1,9} failed\b/);
}

const NODE_WORDS: Readonly<Record<string, keyof Counts>> = {
  pass: 'passed',
  fail: 'failed',
  cancelled: 'failed',
  skipped: 'skipped',
};

/**
 * A file without a test is counted by node:test as one that passes: it is left out, as a file
 * that ends the process before its first test looks the same.
 */
function nodeTest(lines: readonly string[]): Counts | null {
  if (!lines.some((line) => /^(?:ℹ|#) tests +\d{1,9}$/.test(line)) || tapTests(lines)) return null;
  const counts = added(lines, (line) => {
    const match = /^(?:ℹ|#) (pass|fail|cancelled|skipped) +(\d{1,9})$/.exec(line);
    const word = NODE_WORDS[match?.[1] ?? ''];
    return match && word ? { ...none(), [word]: Number(match[2]) } : null;
  });
  const files = lines.filter((line) =>
    /^(?:✔ |ok \d{1,9} - )[^\s()]{1,500}\.[cm]?[jt]sx?(?: \([\d.]{1,20}ms\))?$/.test(line),
  );
  return counts && { ...counts, passed: Math.max(0, counts.passed - files.length) };
}

function mocha(lines: readonly string[]): Counts | null {
  if (!lines.some((line) => /^ {2}\d{1,9} passing \(/.test(line))) return null;
  return added(lines, (line) => {
    const match = /^ {2}(\d{1,9}) (passing|pending|failing)\b/.exec(line);
    const word = { passing: 'passed', pending: 'skipped', failing: 'failed' }[match?.[2] ?? ''];
    return match && word ? { ...none(), [word]: Number(match[1]) } : null;
  });
}

function ava(lines: readonly string[]): Counts | null {
  return added(lines, (line) => {
    const match = /^ {2}(\d{1,9}) tests? (passed|failed|skipped)$/.exec(line);
    return match ? countsIn(`${match[1]} ${match[2]}`, ',') : null;
  });
}

function pytest(lines: readonly string[]): Counts | null {
  return added(lines, (line) => {
    const match =
      /^(?:=+ )?(\d{1,9} [a-z0-9, ]{1,200}|no tests ran) in [\d.]{1,20}s(?: \([\d:]+\))?(?: =+)?$/.exec(line);
    if (!match) return null;
    return match[1] === 'no tests ran' ? none() : countsIn(match[1] ?? '', ',');
  });
}

function unittest(lines: readonly string[]): Counts | null {
  let ran: number | null = null;
  return added(lines, (line) => {
    const start = /^Ran (\d{1,9}) tests? in [\d.]{1,20}s$/.exec(line);
    if (start) ran = Number(start[1]);
    const end = /^(?:OK|FAILED|NO TESTS RAN)(?: \(([a-z0-9=, ]{1,200})\))?$/.exec(line);
    if (ran === null || !end) return null;
    const of = (word: string) => Number(new RegExp(`\\b${word}=(\\d{1,9})`).exec(end[1] ?? '')?.[1] ?? 0);
    const [failed, skipped] = [of('failures') + of('errors'), of('skipped')];
    const passed = Math.max(0, ran - failed - skipped);
    ran = null;
    return { passed, failed, skipped };
  });
}

function cargo(lines: readonly string[]): Counts | null {
  return added(lines, (line) => {
    const match = /^test result: (?:ok|FAILED)\. (\d{1,9} passed; \d{1,9} failed; \d{1,9} ignored);/.exec(
      line,
    );
    return match ? countsIn(match[1] ?? '', ';') : null;
  });
}

const GO_WORDS: Readonly<Record<string, keyof Counts>> = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' };

function isVerboseGo(lines: readonly string[]): boolean {
  return lines.some((line) => /^=== RUN {3}\S/.test(line));
}

function go(lines: readonly string[]): Counts | null {
  if (!isVerboseGo(lines)) return null;
  return added(lines, (line) => {
    const match = /^\s*--- (PASS|FAIL|SKIP): \S/.exec(line);
    const word = GO_WORDS[match?.[1] ?? ''];
    return word ? { ...none(), [word]: 1 } : null;
  });
}

/** Without -v only packages are counted. */
function goPackages(lines: readonly string[]): Counts | null {
  if (isVerboseGo(lines)) return null;
  return added(lines, (line) => {
    if (/^\? {0,9}\t\S{1,500}\t\[no test files\]$|^ok {2}\t.{1,500}\[no tests to run\]$/.test(line))
      return none();
    if (/^ok {2}\t\S{1,500}\t(?:[\d.]{1,20}s|\(cached\))/.test(line)) return { ...none(), passed: 1 };
    return /^FAIL\t\S{1,500}\t[\d.[]/.test(line) ? { ...none(), failed: 1 } : null;
  });
}
