import type { FailureCategory } from '../../domain/failure-category.ts';
import { type Meaning, meaningOfMessage } from './js-error.ts';

/** What makes a test fail for a reason that is no test's: the code cannot run as it stands. */
const NOT_THE_TEST: ReadonlySet<FailureCategory> = new Set<FailureCategory>([
  'missing_export',
  'import_resolution',
  'missing_dependency',
  'missing_env_var',
]);

/** What the test met outside of itself: it says nothing about the code, and passes or stays with the surroundings. */
const SURROUNDINGS: ReadonlySet<FailureCategory> = new Set<FailureCategory>([
  'network',
  'timeout',
  'rate_limit',
  'port_in_use',
]);

/**
 * What the platform and the usual clients say of a connection that failed, as the whole of a message. A test that compares such words, or throws
 * an error of its own with some of them, is a test that failed. A status of 500 may be the tested server's own fault, a gateway's is not.
 */
const OF_THE_PLATFORM =
  /^(?:\w{1,40}\.\w{1,40}: )?(?:(?:connect|read|write|listen|bind|query\w{1,5}) E[A-Z]{3,}\b|getaddrinfo E|(?:fetch failed|terminated|socket hang up|other side closed|Network Error|Network request failed|Failed to fetch|Premature close|Connection error\.?|Request timed out\.?)$|request to \S{1,300} failed, reason: |Request failed with status code (?:429|50[234]|52\d)\b|The operation was aborted due to timeout|timeout of \d+ms exceeded$|Timeout awaiting '|(?:\w{1,40}\.\w{1,40}: )?net::ERR_(?:CONNECTION|NAME|INTERNET|NETWORK|TIMED|ADDRESS|EMPTY)_\w+)/;

/** The cause behind a failed test where it is not the test's own: an import, a variable of the environment, a name that is not defined, a connection. */
export function causeOfTest(message: string, name: string | null = null): Meaning | null {
  const meaning = meaningOfMessage(message, name);
  if (meaning && NOT_THE_TEST.has(meaning.category)) return meaning;
  if (meaning?.category === 'undefined_symbol') return name === 'ReferenceError' ? meaning : null;
  return surroundingsOf(message, name, meaning);
}

/** `fetch failed` says what was done; its cause, below the code or in the shown object, why it failed. */
export function withCause(message: string, block: readonly string[]): string {
  const cause = block.find((line) => /^\s*(?:Caused by|\[cause\]): /.test(line));
  return cause ? `${message}\n${cause.trim()}` : message;
}

function surroundingsOf(message: string, name: string | null, meaning: Meaning | null): Meaning | null {
  if (name !== null && /Assert|Expect/.test(name)) return null;
  const said = message.split('\n').map(withoutClass);
  const told = said.find((line) => OF_THE_PLATFORM.test(line));
  if (told === undefined || (told !== said[0] && !OF_THE_PLATFORM.test(said[0] ?? ''))) return null;
  if (meaning) return SURROUNDINGS.has(meaning.category) ? meaning : null;
  return { category: 'network', symbol: told.slice(0, 80) };
}

/** `Caused by: Error: connect …` → `connect …`. */
function withoutClass(line: string): string {
  return line
    .trim()
    .replace(/^(?:Caused by|\[cause\]): /, '')
    .replace(/^\w{0,60}(?:Error|Exception)(?: \[\w{1,60}\])?: /, '');
}
