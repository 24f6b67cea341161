import { type Meaning, meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';
import { causeOfTest, withCause } from './test-cause.ts';

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
    if (/^\s*[✘✖] Timed out while running tests/.test(line))
      problems.push(avaTimeout(line, lines.slice(index)));
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
  const cause = thrownCause(lines[index] ?? '', block);
  return {
    category: cause?.category ?? 'test_failure',
    message: `${title}: ${message}`,
    file: at?.[1] ?? frame?.file ?? null,
    line: at ? Number(at[2]) : (frame?.line ?? null),
    symbol: cause ? (cause.symbol ?? null) : name,
    identity: `test ${title}`,
  };
}

/** Of a test that threw instead of comparing: the first error in its block. */
function thrownCause(mark: string, block: readonly string[]): Meaning | null {
  if (!/Error thrown in test$|Rejected promise returned by test$/.test(mark)) return null;
  const end = block.findIndex((line) => /^\s*─+$/.test(line));
  const own = end < 0 ? block : block.slice(0, end);
  const error = own.map(splitErrorLine).find((found) => found !== null);
  return error ? causeOfTest(withCause(error.message, own), error.name) : null;
}

/** No test came to its end for as long as was allowed; those that were still running are listed. */
function avaTimeout(line: string, after: readonly string[]): Problem {
  const pending = after.map((text) => /^\s*◌ (\S.*)$/.exec(text)?.[1]).find((name) => name !== undefined);
  const file = after.map((text) => /tests? (?:was|were) pending in (\S+)/.exec(text)?.[1]).find(Boolean);
  const name = pending?.split(' › ').at(-1) ?? null;
  return {
    category: 'test_failure',
    subcategory: 'test_timeout',
    message: [name, line.trim().slice(2)].filter(Boolean).join(': '),
    file: file ?? null,
    symbol: name ?? 'Timed out',
    identity: `test ${pending ?? 'timed out'}`,
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
    const error = splitErrorLine(message);
    const cause = noBrowser ? null : causeOfTest(error?.message ?? message, error?.name ?? null);
    problems.push({
      category: noBrowser ? 'missing_tool' : (cause?.category ?? 'test_failure'),
      message: `${title}: ${message}`,
      file: frame?.file ?? file,
      line: frame?.line ?? Number(row),
      column: frame?.column ?? Number(column),
      symbol: noBrowser ?? cause?.symbol ?? title.split(' › ').at(-1) ?? title,
      identity: `test ${file} > ${title}`,
    });
  }
  return problems;
};
