import { splitErrorLine } from './js-error.ts';
import type { Parser, Problem } from './problem.ts';
import { firstOwnFrame } from './stack.ts';
import { causeOfTest, withCause } from './test-cause.ts';

const TITLE = /^(\d+)\) (\S.*)$/;
const LONGEST_BLOCK = 120;

/** Jasmine's list below "Failures:": a number and a name, then `Message:` and `Stack:`. */
export const parseJasmine: Parser = (lines) => {
  const start = lines.findIndex((line) => /^Failures:$/.test(line));
  if (start < 0 || !lines.some((line) => /^\d+ specs?, \d+ failures?/.test(line))) return [];
  const problems: Problem[] = [];
  for (let index = start + 1; index < lines.length; index += 1) {
    const name = TITLE.exec(lines[index] ?? '')?.[2];
    if (name && /^\s+Message:$/.test(lines[index + 1] ?? ''))
      problems.push(failureOf(name, blockAfter(lines, index)));
  }
  return problems;
};

function blockAfter(lines: readonly string[], index: number): string[] {
  const rest = lines.slice(index + 2, index + LONGEST_BLOCK);
  const end = rest.findIndex((line) => TITLE.test(line) || /^\d+ specs?, /.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function failureOf(name: string, block: readonly string[]): Problem {
  const message = block.find((line) => line.trim() !== '')?.trim() ?? 'failed';
  const error = splitErrorLine(message);
  const cause = causeOfTest(withCause(error?.message ?? message, block), error?.name ?? null);
  const frame = firstOwnFrame(block);
  return {
    category: cause?.category ?? 'test_failure',
    ...(/Async function did not complete within/.test(message) ? { subcategory: 'test_timeout' } : {}),
    message: `${name}: ${message}`,
    file: frame?.file ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : name,
    identity: `test ${name}`,
  };
}
