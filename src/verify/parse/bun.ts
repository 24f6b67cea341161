import { categoryOfLoading, type Meaning, meaningOfMessage } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { type Frame, firstOwnFrame, frameOf } from './stack.ts';
import { causeOfTest } from './test-cause.ts';

const IS_BUN =
  /^(?:bun (?:test|install) v|Bun v\d)|^\(fail\) |^error: No matching export|^Ran \d{1,9} tests? across \d{1,9} files?\./;
/** One test's end; the signs stand where colours were allowed. */
const MARK = /^(?:\((pass|fail|skip|todo)\)|[✓✗»✎]) /;
const FAILED = /^(?:\(fail\)|✗) (.+)$/;
const DURATION = / \[[\d.]+ ?m?s\]$/;
/** `t/a.test.ts:` before the tests of a file. */
const FILE = /^(?:::group::)?([^\s:][^:]{0,300}\.[cm]?[jt]sx?):$/;
const BETWEEN = /^# Unhandled error between tests$/;
const RULE = /^-{20,}$/;
const LONGEST_BLOCK = 120;

/** Bun: failed tests, files that cannot be loaded, and errors of its bundler and runtime, which print the place below the message. */
export const parseBun: Parser = (lines) => {
  if (!lines.some((line) => IS_BUN.test(line))) return [];
  const problems: Problem[] = [];
  let file: string | null = null;
  let start = 0;
  let repeats = false;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const head = FILE.exec(line)?.[1];
    file = head ?? file;
    if (head || /^(?:bun test v|Ran \d)/.test(line)) repeats = false;
    // At the end of a long run every failure is listed once more.
    if (/^\d{1,9} tests? (?:failed|skipped|todo):$/.test(line)) repeats = true;
    if (BETWEEN.test(line)) {
      const end = endOfRule(lines, index + 2);
      problems.push(...loading(lines.slice(index + 2, end), file));
      index = end;
    } else if (FAILED.test(line) && !repeats)
      problems.push(failure(lines, { index, start: Math.max(start, index - LONGEST_BLOCK), file }));
    else problems.push(...single(line, lines.slice(index + 1, index + 6)));
    if (head || MARK.test(line) || RULE.test(lines[index] ?? '')) start = index + 1;
  }
  return withoutRepeats(problems);
};

function endOfRule(lines: readonly string[], from: number): number {
  const last = Math.min(lines.length, from + LONGEST_BLOCK);
  for (let index = from; index < last; index += 1) if (RULE.test(lines[index] ?? '')) return index;
  return from;
}

interface Failed {
  /** Of the line that names the test, and of the first that may belong to it. */
  readonly index: number;
  readonly start: number;
  readonly file: string | null;
}

function failure(lines: readonly string[], { index, start, file }: Failed): Problem {
  const title = titleAt(lines, index);
  const late = /^\s+\^ (this test timed out .*)$/.exec(lines[index + 1] ?? '')?.[1];
  const said = errorIn(lines.slice(start, index));
  const message = late ?? said?.message ?? 'failed';
  const cause = late === undefined && said ? causeOf(said) : null;
  const subcategory =
    late !== undefined || /^Test ".*" timed out after/.test(message)
      ? 'test_timeout'
      : /[sS]napshot/.test(message)
        ? 'snapshot'
        : null;
  const frame = said?.frame ?? null;
  return {
    category: cause?.category ?? 'test_failure',
    ...(subcategory ? { subcategory } : {}),
    message: `${title}: ${message}`,
    file: frame?.file ?? file,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause
      ? (cause.symbol ?? null)
      : (title.split(' > ').findLast((part) => part !== '(unnamed)') ?? title),
    identity: `test ${file ?? ''} > ${title}`,
  };
}

const MOST_TITLE_LINES = 4;

/** A name may have line ends in it: it goes on until its duration. */
function titleAt(lines: readonly string[], index: number): string {
  const first = FAILED.exec(lines[index] ?? '')?.[1] ?? '';
  if (DURATION.test(first)) return first.replace(DURATION, '');
  const rest = lines.slice(index + 1, index + MOST_TITLE_LINES);
  const end = rest.findIndex((line) => DURATION.test(line));
  const isOne = end >= 0 && rest.slice(0, end + 1).every((line) => line.trim() !== '' && !MARK.test(line));
  return isOne ? [first, ...rest.slice(0, end + 1)].join(' ').replace(DURATION, '') : first;
}

interface Said {
  /** The error's class; null: Bun writes `error` for a plain one. */
  readonly name: string | null;
  readonly message: string;
  readonly frame: Frame | null;
  readonly isBuild: boolean;
}

const MOST_MESSAGE_LINES = 10;
const ERROR = /^(?:error|([A-Z]\w*(?:Error|Exception))(?: \[\w+\])?): /;
/** Older versions head an error of the system with its code. */
const CODE = /^[A-Z]\w+: /;

/** The error a block ends with: below the code it happened in, after whatever the test printed. */
function errorIn(block: readonly string[]): Said | null {
  const arrow = block.findIndex(
    (line, at) => /^\s+\^$/.test(line) && /^\s*\d+ \| /.test(block[at - 1] ?? ''),
  );
  const below = block.slice(arrow + 1);
  const plain = below.findIndex((line) => ERROR.test(line));
  const from = plain < 0 ? below.findIndex((line) => CODE.test(line)) : plain;
  if (from < 0) return null;
  const first = below[from] ?? '';
  const rest = below.slice(from + 1);
  const text = [first.replace(/^error: /, '')];
  for (const line of rest) {
    if (text.length >= MOST_MESSAGE_LINES || frameOf(line) || /^\s*\d+ \| /.test(line)) break;
    if (line.trim() !== '') text.push(line.trim());
  }
  const isBuild = rest.some((line, at) => at < 3 && /^ {4}at \//.test(line));
  return {
    name: ERROR.exec(first)?.[1] ?? null,
    message: text.join('\n'),
    frame: firstOwnFrame(rest),
    isBuild,
  };
}

function causeOf({ name, message }: Said): Meaning | null {
  return ownMeaning(message) ?? connectionOf(message) ?? causeOfTest(message, name);
}

/** What Bun's `fetch` says, which is not what others say; older versions put the code before it. */
function connectionOf(message: string): Meaning | null {
  const said =
    /^(?:[A-Z]\w*Error: )?(?:([A-Z]\w+): )?(?:Unable to connect\. Is the computer able to|The socket connection was closed unexpectedly)/;
  const found = said.exec(message);
  if (!found) return null;
  const code = found[1] ?? /\bcode: "(\w+)"/.exec(message)?.[1];
  return { category: 'network', ...(code === undefined ? {} : { symbol: code }) };
}

/** In words that only JavaScriptCore has. */
function ownMeaning(message: string): Meaning | null {
  const missing = /^SyntaxError: Export named '([^']+)' not found in module/.exec(message)?.[1];
  if (missing !== undefined) return { category: 'missing_export', symbol: missing };
  const unknown = /^ReferenceError: Can't find variable: (\S+)/.exec(message)?.[1];
  return unknown === undefined ? null : { category: 'undefined_symbol', symbol: unknown };
}

/** What stopped a file before its tests. Of an unreadable file every error is listed: the first one tells. */
function loading(block: readonly string[], file: string | null): Problem[] {
  const said = errorIn(block);
  if (!said) return [];
  const { name, message, frame, isBuild } = said;
  const meaning = ownMeaning(message) ?? meaningOfMessage(message, name);
  const isExpectation = /^expect\(/.test(message);
  const category =
    meaning?.category ??
    (isBuild ? 'syntax_error' : categoryOfLoading(isExpectation ? undefined : (name ?? 'Error')));
  return [
    {
      ...meaning,
      category,
      message,
      file: frame?.file ?? fromIn(message) ?? file,
      line: frame?.line ?? null,
      column: frame?.column ?? null,
      symbol: meaning?.symbol ?? (category === 'syntax_error' ? null : message.slice(0, 120)),
    },
  ];
}

function fromIn(message: string): string | undefined {
  return /from ['"]([^'"]+)['"]/.exec(message)?.[1];
}

/** What a line says by itself, outside of tests too. */
function single(line: string, next: readonly string[]): Problem[] {
  if (
    /^No tests found!|^error: 0 test files matching|^The following filters did not match any test/.test(line)
  )
    return [{ category: 'no_tests', message: line, symbol: 'No tests found' }];
  const message = /^error: (.*)$/.exec(line)?.[1];
  const problem = message ? outsideOfTests(message, next) : null;
  return problem ? [problem] : [];
}

function outsideOfTests(message: string, next: readonly string[]): Problem | null {
  if (/^(?:ConnectionRefused|ConnectionClosed|Timeout|DNS\w*|FailedToOpenSocket) downloading/.test(message))
    return { category: 'network', message, symbol: /^\w+/.exec(message)?.[0] ?? null };
  const meaning = meaningOfMessage(message);
  if (!meaning || !/import|export|dependency/.test(meaning.category)) return null;
  const frame = firstOwnFrame(next);
  return {
    ...meaning,
    message,
    file: frame?.file ?? fromIn(message) ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
  };
}

/** An error of a test may be one that a line says by itself. */
function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const places = new Set(
    problems.flatMap(({ identity, category, symbol, line }) =>
      identity === undefined ? [] : [JSON.stringify([category, symbol, line])],
    ),
  );
  return problems.filter(
    ({ identity, category, symbol, line }) =>
      identity !== undefined || !places.has(JSON.stringify([category, symbol ?? null, line ?? null])),
  );
}
