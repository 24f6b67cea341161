import { meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame, frameOf } from './stack.ts';
import { isPlainTap } from './tap.ts';
import { causeOfTest, withCause } from './test-cause.ts';

const TITLE = /^\s{2}(\d+)\) (.+)$/;

/** Mocha's spec and dot reporters: the numbered list after "n failing". */
export const parseMocha: Parser = (lines) => {
  const start = lines.findIndex((line) => /^\s{2}\d+ failing$/.test(line));
  const problems: Problem[] = [];
  if (lines.some((line) => /^Error: No test files found|^\s*Error: No test files found/.test(line))) {
    problems.push({
      category: 'no_tests',
      message: 'Error: No test files found',
      symbol: 'No test files found',
    });
  }
  const early = exceptionDuringRun(lines);
  if (early) problems.push(early);
  if (start < 0) return [...problems, ...tapFailures(lines)];
  for (let index = start + 1; index < lines.length; index += 1) {
    const title = TITLE.exec(lines[index] ?? '');
    if (title) problems.push(failureOf(title[2] ?? '', blockAfter(lines, index)));
  }
  return problems;
};

/** A test file or a required module that does not load. */
function exceptionDuringRun(lines: readonly string[]): Problem | null {
  const index = lines.findIndex((line) => /^\s*(?:✖ ERROR|Exception during run): /.test(line));
  if (index < 0) return null;
  const message = (lines[index] ?? '').replace(/^\s*(?:✖ ERROR|Exception during run): /, '');
  const rest = lines.slice(index, index + 40);
  const error = splitErrorLine(message);
  const meaning = meaningOfMessage([message, ...rest.slice(1)].join('\n'), error?.name ?? null);
  const frame = firstOwnFrame(rest);
  return {
    category: meaning?.category ?? 'runtime_error',
    message,
    file: frame?.file ?? /^- (\S+)$/.exec(rest.find((line) => /^- \//.test(line)) ?? '')?.[1] ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: meaning?.symbol ?? error?.message.slice(0, 120) ?? null,
  };
}

/** Mocha's TAP: no version line, the stack indented below. */
function tapFailures(lines: readonly string[]): Problem[] {
  if (isPlainTap(lines) || !lines.some((line) => /^# fail [1-9]/.test(line))) return [];
  return lines.flatMap((line, index): Problem[] => {
    const name = /^not ok \d+ (?!- )(\S.*)$/.exec(line)?.[1];
    if (!name) return [];
    const block = lines.slice(index + 1, index + 12);
    const frame = firstOwnFrame(block);
    return [
      {
        category: 'test_failure',
        message: `${name}: ${block[0]?.trim() ?? 'failed'}`,
        file: frame?.file ?? null,
        line: frame?.line ?? null,
        column: frame?.column ?? null,
        symbol: name,
        identity: `test ${name}`,
      },
    ];
  });
}

function blockAfter(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 1, index + 200);
  const end = rest.findIndex((line) => TITLE.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function failureOf(firstName: string, block: readonly string[]): Problem {
  const names = [firstName.replace(/:$/, '')];
  let index = -1;
  if (!firstName.endsWith(':')) {
    for (index = 0; index < block.length && (block[index] ?? '').trim() !== ''; index += 1) {
      const name = (block[index] ?? '').trim();
      names.push(name.replace(/:$/, ''));
      if (name.endsWith(':')) break;
    }
  }
  const rest = block.slice(index + 1).filter((line) => line.trim() !== '');
  const message = (rest.find((line) => !frameOf(line)) ?? 'no message').trim();
  const error = splitErrorLine(message);
  const cause = causeOfTest(withCause(error?.message ?? message, rest), error?.name ?? null);
  const frame = firstOwnFrame(rest);
  const timedOut = /Timeout of \d+ms exceeded/.test(message);
  return {
    category: cause?.category ?? 'test_failure',
    ...(timedOut ? { subcategory: 'test_timeout' } : {}),
    message: `${names.join(' > ')}: ${message}`,
    file: frame?.file ?? (timedOut ? (/ \((\S{1,300}\.\w{1,5})\)$/.exec(message)?.[1] ?? null) : null),
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : (names.at(-1) ?? null),
    identity: `test ${names.join(' > ')}`,
  };
}
