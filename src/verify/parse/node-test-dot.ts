import { failedTest } from './failed-test.ts';
import type { Problem } from './problem.ts';

const FAILED = /^✖ (.+?)(?: \([\d.]+ms\))?$/;

/** What Node's reporter `dot` prints below its marks: each failed test with its error, those that only hold failed tests too. */
export function parseNodeTestDot(lines: readonly string[]): Problem[] {
  const start = lines.indexOf('Failed tests:');
  if (start < 0 || !lines.slice(0, start).some((line) => /^[.X]+$/.test(line))) return [];
  const rest = lines.slice(start + 1);
  const heads = rest.flatMap((line, index) => (FAILED.test(line) ? [index] : []));
  return heads.flatMap((head, at) => {
    const block = rest.slice(head + 1, heads[at + 1]).map((line) => line.trimStart());
    const holdsFailed = block.some((line) => /^'\d+ subtests? failed'$/.test(line));
    const names = FAILED.exec(rest[head] ?? '')?.[1] ?? '';
    return holdsFailed ? [] : [failedTest({ file: null, names }, block)];
  });
}
