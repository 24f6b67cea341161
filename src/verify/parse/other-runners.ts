import { meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';

const LONGEST_BLOCK = 120;

/** AVA: the list after the marks, one block a failed test. */
export const parseAva: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^\s*[✘✖] Couldn[’']t find any files to test/.test(line))
      problems.push({
        category: 'no_tests',
        message: line.trim(),
        symbol: "Couldn't find any files to test",
      });
    const failed =
      /^\s*[✘✖] \[fail\]: (.+?)(?: Error thrown in test| Rejected promise returned by test| Test finished without running any assertions)?$/.exec(
        line,
      );
    if (failed) problems.push(avaFailure(failed[1] ?? '', lines, index));
    const uncaught = /^\s*(?:Uncaught exception|Unhandled rejection) in (\S+)$/.exec(line);
    if (uncaught) problems.push(uncaughtIn(uncaught[1] ?? null, lines.slice(index + 1, index + 40)));
  }
  return problems;
};

function avaFailure(title: string, lines: readonly string[], index: number): Problem {
  const name = title.split(' › ').at(-1) ?? title;
  const start = lines.findIndex((line, at) => at > index && line.trim() === title);
  const block = lines.slice(start < 0 ? index + 1 : start + 1, (start < 0 ? index : start) + LONGEST_BLOCK);
  const at = block
    .map((line) => /^\s+(?:file:\/\/)?(\S+\.[cm]?[jt]sx?):(\d+)$/.exec(line))
    .find((found) => found);
  const frame = firstOwnFrame(block);
  const message =
    block.find((line) => /\S/.test(line) && !/:\d+$/.test(line) && !/^\s*\d+:/.test(line))?.trim() ??
    'failed';
  return {
    category: 'test_failure',
    message: `${title}: ${message}`,
    file: at?.[1] ?? frame?.file ?? null,
    line: at ? Number(at[2]) : (frame?.line ?? null),
    symbol: name,
    identity: `test ${title}`,
  };
}

function uncaughtIn(file: string | null, block: readonly string[]): Problem {
  const whole = block.join('\n');
  const first = block.map(splitErrorLine).find((found) => found !== null) ?? null;
  const meaning = meaningOfMessage(whole, first?.name ?? null);
  const frame = firstOwnFrame(block);
  return {
    category: meaning?.category ?? 'runtime_error',
    message: first ? `${first.name}: ${first.message}` : 'uncaught exception',
    file: frame?.file ?? file,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: meaning?.symbol ?? first?.message.slice(0, 120) ?? null,
  };
}

const PLAYWRIGHT = /^\s+\d+\) (?:\[[^\]]+\] › )?(\S+\.[cm]?[jt]sx?):(\d+):(\d+) › (.+?)(?:\s─+)?$/;

/** Playwright's list of failures. */
export const parsePlaywright: Parser = (lines) => {
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const head = PLAYWRIGHT.exec(line);
    if (!head) continue;
    const [, file = '', row, column, title = ''] = head;
    const block = lines.slice(index + 1, index + LONGEST_BLOCK);
    const end = block.findIndex((text) => PLAYWRIGHT.test(text));
    const own = end < 0 ? block : block.slice(0, end);
    const frame = firstOwnFrame(own);
    const message = own.find((text) => text.trim() !== '')?.trim() ?? 'failed';
    const noBrowser = /Executable doesn't exist/.exec(message)?.[0];
    problems.push({
      category: noBrowser ? 'missing_tool' : 'test_failure',
      message: `${title}: ${message}`,
      file: frame?.file ?? file,
      line: frame?.line ?? Number(row),
      column: frame?.column ?? Number(column),
      symbol: noBrowser ?? title.split(' › ').at(-1) ?? title,
      identity: `test ${file} > ${title}`,
    });
  }
  return problems;
};

/** Bun: failed tests, and errors of its bundler and runtime, which print the place below the message. */
export const parseBun: Parser = (lines) => {
  if (
    !lines.some((line) =>
      /^(?:bun (?:test|install) v|Bun v\d)|^\(fail\) |^error: No matching export/.test(line),
    )
  )
    return [];
  const problems: Problem[] = [];
  for (const [index, line] of lines.entries()) {
    const failed = /^\(fail\) (.+?)(?: \[[\d.]+ ?m?s\])?$/.exec(line)?.[1];
    if (failed) problems.push(bunFailure(failed, lines.slice(Math.max(0, index - 60), index)));
    const error = /^error: (.*)$/.exec(line)?.[1];
    const problem = error && !failed ? bunError(error, lines.slice(index + 1, index + 6)) : null;
    if (problem) problems.push(problem);
    if (/^No tests found!|^error: 0 test files matching/.test(line))
      problems.push({ category: 'no_tests', message: line, symbol: 'No tests found' });
  }
  return problems;
};

function bunFailure(title: string, before: readonly string[]): Problem {
  const last = before.findLastIndex((line) => /^\((?:pass|fail|skip|todo)\) /.test(line));
  const block = before.slice(last + 1);
  const frame = firstOwnFrame(block);
  const message = block.find((line) => /^(?:error|\w*Error): /.test(line)) ?? 'failed';
  return {
    category: 'test_failure',
    message: `${title}: ${message}`,
    file: frame?.file ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: title.split(' > ').at(-1) ?? title,
    identity: `test ${title}`,
  };
}

function bunError(message: string, next: readonly string[]): Problem | null {
  if (/^(?:ConnectionRefused|ConnectionClosed|Timeout|DNS\w*|FailedToOpenSocket) downloading/.test(message))
    return { category: 'network', message, symbol: /^\w+/.exec(message)?.[0] ?? null };
  const meaning = meaningOfMessage(message);
  if (!meaning || !/import|export|dependency/.test(meaning.category)) return null;
  const frame = firstOwnFrame(next);
  const from = /from ['"]([^'"]+)['"]/.exec(message)?.[1];
  return {
    ...meaning,
    message,
    file: frame?.file ?? from ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
  };
}
