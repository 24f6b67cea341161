import { categoryOfLoading, importedButMissing, meaningOfMessage, splitErrorLine } from './js-error.ts';
import type { Problem } from './problem.ts';
import { firstOwnFrame, frameOf } from './stack.ts';
import { causeOfTest, withCause } from './test-cause.ts';

const RULE = /^\s*[⎯─]{3,}/;
const POSITION = /(?:^|\s)(\S+\.\w+):(\d+):\d+/;

export interface FailedTest {
  /** null: the report does not say. */
  readonly file: string | null;
  /** Titles, the outermost first, with ` > ` between them; empty: the file did not load. */
  readonly names: string;
}

/** What a runner says of a test that failed; `block` is what it prints below: the error, values, and the stack. */
export function failedTest({ file, names }: FailedTest, block: readonly string[]): Problem {
  const message = messageOf(block);
  const frame = firstOwnFrame(block);
  const error = splitErrorLine(message);
  if (names === '') return suiteFailure(file, message, block);
  const cause =
    causeOfTest(withCause(error?.message ?? message, block), error?.name ?? null) ??
    importedButMissing(message, block);
  const timedOut = /Test timed out in \d+ms|Hook timed out|Timeout of \d+ms exceeded/.test(message);
  const snapshot = /[Ss]napshot/.test(message);
  return {
    category: cause?.category ?? 'test_failure',
    ...(timedOut ? { subcategory: 'test_timeout' } : snapshot ? { subcategory: 'snapshot' } : {}),
    ...(cause?.subcategory ? { subcategory: cause.subcategory } : {}),
    message: `${names}: ${message}`,
    file: placeOf(frame, file),
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : (names.split(' > ').at(-1) ?? names),
    identity: `test ${file ?? ''} > ${names}`,
  };
}

/** A test file that could not even be loaded: the cause stands in the message. */
function suiteFailure(file: string | null, message: string, block: readonly string[]): Problem {
  const error = splitErrorLine(message);
  if (/Hook timed out in \d+ms/.test(message)) return hookTimeout(file, message, block);
  const whole = block.slice(0, 12).join('\n');
  const meaning =
    meaningOfMessage(whole, error?.name ?? null) ?? meaningOfMessage(message, error?.name ?? null);
  const position = /(?:File: |^)(\S+\.\w+):(\d+):\d+/m.exec(whole) ?? POSITION.exec(whole);
  const frame = firstOwnFrame(block);
  const at =
    meaning?.category === 'syntax_error' && position
      ? { file: position[1] ?? file ?? '', line: Number(position[2]) }
      : frame;
  return {
    category: meaning?.category ?? categoryOfLoading(error?.name),
    ...(meaning?.subcategory ? { subcategory: meaning.subcategory } : {}),
    message,
    file: placeOf(at, file),
    line: at?.line ?? null,
    symbol: meaning?.symbol ?? (meaning ? null : (error?.message.slice(0, 120) ?? null)),
  };
}

/** Of one file the name that is relative already. */
function placeOf(at: { readonly file: string } | null, file: string | null): string | null {
  return file !== null && at?.file.endsWith(`/${file}`) ? file : (at?.file ?? file);
}

function hookTimeout(file: string | null, message: string, block: readonly string[]): Problem {
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

/** The first paragraph of a block, without rules and stack. */
export function messageOf(block: readonly string[]): string {
  const first = block.findIndex((line) => line.trim() !== '' && !RULE.test(line));
  if (first < 0) return 'no message';
  const text: string[] = [];
  for (const line of block.slice(first, first + 8)) {
    if (line.trim() === '' || frameOf(line)) break;
    text.push(line.trim());
  }
  return text.join('\n');
}
