import { failedTest, messageOf } from './failed-test.ts';
import { meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';
import { withCause } from './test-cause.ts';

const FAIL =
  /^\s*(?:FAIL|❌)\s+(?:\|[^|]+\|\s+|\([^)]+\)\s+|[\w@/-]+\s+)?(\S+\.[\w]+)(?:\s+\[ .+ \])?((?: > .+)?)$/;
const RULE = /^\s*[⎯─]{3,}/;

/** Vitest's default, verbose and dot reporters: failed tests, suites that do not load, unhandled errors, empty runs. */
export const parseVitest: Parser = (lines) => {
  if (!lines.some((line) => /\bRUN\s+v\d|⎯⎯|vitest|MISSING DEPENDENCY|No test files found/i.test(line)))
    return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const fail = FAIL.exec(line);
    if (fail) {
      const [, file = '', names = ''] = fail;
      problems.push(failedTest({ file, names: names.replace(/^ > /, '') }, blockAfter(lines, index)));
    }
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
