import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';
import { causeOfTest } from './test-cause.ts';

const FAILED = /^ {2,3}FAIL {2}(?:(\S.*?) {1,2})?"(.+)"$/;
const LONGEST_BLOCK = 400;

/** uvu: `FAIL  suite  "test"`, its message and difference, then the stack. */
export const parseUvu: Parser = (lines) => {
  if (!lines.some((line) => /^ {2}Passed: {4,}\d/.test(line))) return [];
  return lines.flatMap((line, index): Problem[] => {
    const failed = FAILED.exec(line);
    return failed ? [failureOf(failed[1] ?? null, failed[2] ?? '', blockAfter(lines, index))] : [];
  });
};

function blockAfter(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 1, index + LONGEST_BLOCK);
  const end = rest.findIndex((line) => FAILED.test(line) || /^ {2}Total: {4,}\d/.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function failureOf(suite: string | null, test: string, block: readonly string[]): Problem {
  const message = block.find((line) => line.trim() !== '')?.trim() ?? 'failed';
  // The class of an error is not printed; what an assertion says ends with the assertion's name.
  const isAssertion = / {2}\(\w+\)$/.test(message);
  const undefinedName = /^[\w$]+ is not defined$/.test(message) ? 'ReferenceError' : null;
  const cause = isAssertion ? null : causeOfTest(message, undefinedName);
  const frame = firstOwnFrame(block);
  const title = suite ? `${suite} > ${test}` : test;
  return {
    category: cause?.category ?? 'test_failure',
    message: `${title}: ${message}`,
    file: frame?.file ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : test,
    identity: `test ${title}`,
  };
}
