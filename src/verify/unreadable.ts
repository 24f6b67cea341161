import type { CheckResult } from '../domain/verdict.ts';
import { sha256Hex } from '../lib/canonical-json.ts';
import { toLines } from './parse/plain-text.ts';
import { readTestTally } from './test-tally.ts';
import { wholeCheckDiagnostic } from './whole-check-diagnostic.ts';

export type Comparison = 'same' | 'different' | 'cannot-tell';

/**
 * What two failed runs of one check say about each other where no parser can read them into problems:
 *
 * | exit code | told cause | the rest of the output | they are                                        |
 * |-----------|------------|------------------------|-------------------------------------------------|
 * | equal     | equal      | equal                  | the same                                        |
 * | any       | differs    | any                    | different                                       |
 * | differs   | equal      | any                    | cannot be told                                  |
 * | equal     | equal      | differs                | cannot be told: a second failure may stand in it |
 * | equal     | none       | one says nothing       | cannot be told                                  |
 * | differs   | none       | one says nothing       | different: the code is all that was said        |
 *
 * Where all tests of both ran and passed, and what fails is a script that the package manager started after them (an audit, say, that has no
 * network), only the output of that script is compared: one more test is no other failure.
 *
 * Outputs are compared without positions, durations, times and random names. An equal cause alone is no evidence: it is one line of many.
 */
export function compareUnreadable(now: CheckResult, before: CheckResult): Comparison {
  const digests = [digestOf(now), digestOf(before)];
  const isSilent = !saysSomething(now.output) || !saysSomething(before.output);
  if (isSilent) return now.exitCode === before.exitCode ? 'cannot-tell' : 'different';
  const causes = [wholeCheckDiagnostic(now).fingerprint, wholeCheckDiagnostic(before).fingerprint];
  if (causes[0] !== causes[1]) return 'different';
  const isEqual = digests[0] !== null && digests[0] === digests[1];
  const isSame = now.exitCode === before.exitCode && (isEqual || failAlikeAfterTests(now, before));
  return isSame ? 'same' : 'cannot-tell';
}

function failAlikeAfterTests(now: CheckResult, before: CheckResult): boolean {
  const tails = [now, before].map((result) => {
    const lines = linesOf(result.output);
    const start = lines.findLastIndex((line) => /^> (?:@?[\w./-]+@\S+ )?[\w:.-]+(?: \/\S+)?$/.test(line));
    const tail = lines.slice(start).join('\n');
    const hasPassed = result.tests?.failed === 0 && result.tests.passed > 0;
    return start > 0 && hasPassed && !readTestTally(tail) && saysMore(tail) ? stableDigest(tail) : null;
  });
  return tails[0] !== null && tails[0] === tails[1];
}

/** Than the commands: also a package manager's own error counts here. */
function saysMore(tail: string): boolean {
  return linesOf(tail).some((line) => /[\p{L}\p{N}]/u.test(line) && !/^[>$] /.test(line));
}

/**
 * Whether two runs whose readable problems are all the same differ in what the parsers do not see: the exit code, or the number of failed
 * tests that the runner itself counts.
 */
export function hidesSomething(now: CheckResult, before: CheckResult): boolean {
  const [failedNow, failedBefore] = [countOfFailed(now.output), countOfFailed(before.output)];
  if (failedNow !== null && failedBefore !== null) return failedNow > failedBefore;
  return now.exitCode !== before.exitCode;
}

/** Equal for outputs that differ only in positions, durations, times and random names. Of the whole output, before it is cut. */
export function stableDigest(output: string): string {
  return sha256Hex(linesOf(output).map(stableLine).join('\n'));
}

/** null: the output was cut, and nothing was noted of the whole. */
function digestOf({ stableDigest: noted, output }: CheckResult): string | null {
  if (noted !== undefined) return noted;
  return /^\[… \d+ characters left out …\]$/m.test(output) ? null : stableDigest(output);
}

/** What package managers print around a script that failed; it says nothing about why. */
const BOILERPLATE =
  /^(?:> |\$ |npm (?:error|ERR!)|yarn run v|error Command failed|info Visit |ERROR: "|\s*ELIFECYCLE|[\s·]*$)/;

/** More than the frame that a package manager prints. */
export function saysSomething(output: string): boolean {
  return linesOf(output).some((line) => !BOILERPLATE.test(line));
}

function linesOf(output: string): string[] {
  return toLines(output).map((line) => line.trimEnd());
}

/** Stricter than the text of one problem: a bare number after a colon may be a count of failures, and stays. */
function stableLine(line: string): string {
  return line
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?/g, '<time>')
    .replace(/\b\d\d:\d\d:\d\d(?:\.\d{1,9})?\b/g, '<time>')
    .replace(
      /\b\d{1,12}(?:\.\d{1,9})? ?(?:ms|s|sec|secs|seconds?|milliseconds?|µs|min|minutes?)\b/g,
      '<duration>',
    )
    .replace(/\b(duration_ms|time|duration)(:? )\d[\d.]*/gi, '$1$2<duration>')
    .replace(/\b0x[0-9a-f]+\b/gi, '<address>')
    .replace(/\/tmp\/[\w./-]+/g, '<temporary>')
    .replace(/(127\.0\.0\.1|localhost|\[::1\]):\d+/g, '$1:<port>')
    .replace(/(\.[A-Za-z]\w{0,5}):\d+(?::\d+)?/g, '$1:<n>')
    .replace(/(\.[A-Za-z]\w{0,5})\(\d+,\d+\)/g, '$1(<n>)')
    .replace(/\b(pid|line|column|col):? \d+/gi, '$1 <n>');
}

const COUNTS: readonly RegExp[] = [
  /^(?:ℹ|#) fail\s+(\d{1,9})$/,
  /^\s*Tests?:?\s+(?:.{0,40}\s)?(\d{1,9}) failed\b/,
  /^\s{2}(\d{1,9}) failing$/,
  /^=+ (?:.{0,40}\s)?(\d{1,9}) failed\b/,
  /^FAILED \((?:failures|errors)=(\d{1,9})/,
];

/** Of all runners whose counts the output shows; null where it shows none. */
function countOfFailed(output: string): number | null {
  let sum: number | null = null;
  for (const line of linesOf(output)) {
    const found = COUNTS.map((pattern) => pattern.exec(line)?.[1]).find((digits) => digits !== undefined);
    if (found !== undefined) sum = (sum ?? 0) + Number(found);
  }
  return sum;
}
