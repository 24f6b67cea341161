import { categoryOfLoading, importedButMissing, meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame, frameOf } from './stack.ts';
import { causeOfTest, withCause } from './test-cause.ts';

const FAIL =
  /^\s*(?:FAIL|❌)\s+(?:\|[^|]+\|\s+|\([^)]+\)\s+|[\w@/-]+\s+)?(\S+\.[\w]+)(?:\s+\[ .+ \])?((?: > .+)?)$/;
const RULE = /^\s*[⎯─]{3,}/;
const POSITION = /(?:^|\s)(\S+\.\w+):(\d+):\d+/;

/** Vitest's default, verbose and dot reporters: failed tests, suites that do not load, unhandled errors, empty runs. */
export const parseVitest: Parser = (lines) => {
  if (!lines.some((line) => /\bRUN\s+v\d|⎯⎯|vitest|MISSING DEPENDENCY|No test files found/i.test(line)))
    return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const fail = FAIL.exec(line);
    if (fail) problems.push(failureOf(fail, blockAfter(lines, index)));
    if (/^\s*⎯+ (?:Uncaught Exception|Unhandled Rejection|Unhandled Error) ⎯+/.test(line)) {
      problems.push(unhandledOf(blockAfter(lines, index)));
    }
    const other = singleLine(line);
    if (other) problems.push(other);
  }
  return withoutRepeats(problems);
};

/** Lines from one heading to the next rule or heading. */
function blockAfter(lines: readonly string[], index: number): string[] {
  const block: string[] = [];
  for (const line of lines.slice(index + 1, index + 400)) {
    if (RULE.test(line) && block.some((kept) => kept.trim() !== '')) break;
    if (FAIL.test(line)) {
      if (block.every((kept) => kept.trim() === '')) continue;
      break;
    }
    block.push(line);
  }
  return block;
}

function failureOf(fail: RegExpExecArray, block: readonly string[]): Problem {
  const file = fail[1] ?? '';
  const names = (fail[2] ?? '').replace(/^ > /, '');
  const message = messageOf(block);
  const frame = firstOwnFrame(block);
  const error = splitErrorLine(message);
  if (names === '') return suiteFailure(file, message, block);
  const cause =
    causeOfTest(withCause(error?.message ?? message, block), error?.name ?? null) ??
    importedButMissing(message, block);
  const timedOut = /Test timed out in \d+ms|Hook timed out/.test(message);
  const snapshot = /[Ss]napshot/.test(message);
  return {
    category: cause?.category ?? 'test_failure',
    ...(timedOut ? { subcategory: 'test_timeout' } : snapshot ? { subcategory: 'snapshot' } : {}),
    ...(cause?.subcategory ? { subcategory: cause.subcategory } : {}),
    message: `${names}: ${message}`,
    file: frame?.file ?? file,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : (names.split(' > ').at(-1) ?? names),
    identity: `test ${file} > ${names}`,
  };
}

/** A test file that could not even be loaded: the cause stands in the message. */
function suiteFailure(file: string, message: string, block: readonly string[]): Problem {
  const error = splitErrorLine(message);
  if (/Hook timed out in \d+ms/.test(message)) return hookTimeout(file, message, block);
  const whole = block.slice(0, 12).join('\n');
  const meaning =
    meaningOfMessage(whole, error?.name ?? null) ?? meaningOfMessage(message, error?.name ?? null);
  const position = /(?:File: |^)(\S+\.\w+):(\d+):\d+/m.exec(whole) ?? POSITION.exec(whole);
  const frame = firstOwnFrame(block);
  const at =
    meaning?.category === 'syntax_error' && position
      ? { file: position[1] ?? file, line: Number(position[2]) }
      : frame;
  return {
    category: meaning?.category ?? categoryOfLoading(error?.name),
    ...(meaning?.subcategory ? { subcategory: meaning.subcategory } : {}),
    message,
    file: at?.file ?? file,
    line: at?.line ?? null,
    symbol: meaning?.symbol ?? (meaning ? null : (error?.message.slice(0, 120) ?? null)),
  };
}

function hookTimeout(file: string, message: string, block: readonly string[]): Problem {
  const frame = firstOwnFrame(block);
  return {
    category: 'test_failure',
    subcategory: 'test_timeout',
    message,
    file: frame?.file ?? file,
    line: frame?.line ?? null,
    symbol: 'Hook timed out',
  };
}

function unhandledOf(block: readonly string[]): Problem {
  const message = messageOf(block);
  const error = splitErrorLine(message);
  const meaning = meaningOfMessage(withCause(error?.message ?? message, block), error?.name ?? null);
  const frame = firstOwnFrame(block);
  return {
    category: meaning?.category ?? 'runtime_error',
    subcategory: 'unhandled_error',
    message,
    file: frame?.file ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: meaning?.symbol ?? error?.message ?? null,
  };
}

function singleLine(line: string): Problem | null {
  const dependency = /MISSING DEPENDENCY\s+Cannot find dependency '([^']+)'/.exec(line);
  if (dependency) {
    return { category: 'missing_dependency', message: line.trim(), symbol: dependency[1] ?? null };
  }
  if (
    /No test (?:files|suite) found/.test(line) &&
    /exiting with code 1|No test suite found in file/.test(line)
  ) {
    return { category: 'no_tests', message: line.trim(), symbol: 'No test files found' };
  }
  const coverage = /Coverage for (\w+) \([\d.]+%\) does not meet/.exec(line);
  if (coverage) return { category: 'coverage_threshold', message: line.trim(), symbol: coverage[1] ?? null };
  return null;
}

function messageOf(block: readonly string[]): string {
  const first = block.findIndex((line) => line.trim() !== '' && !RULE.test(line));
  if (first < 0) return 'no message';
  const text: string[] = [];
  for (const line of block.slice(first, first + 8)) {
    if (line.trim() === '' || frameOf(line)) break;
    text.push(line.trim());
  }
  return text.join('\n');
}

/** The summary at the end repeats every failure of the run. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = JSON.stringify([
      problem.category,
      problem.identity ?? problem.message,
      problem.file,
      problem.line,
    ]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
