import type { Parser, Problem } from './problem.ts';
import { isPlainTap, tapFailure } from './tap.ts';

const MOST_LINES = 120;
const MARKED = /^\s+✖ (\S.*)$/;

/** What reporters make of TAP (tap-dot, tap-spec): the YAML of a failed assertion stays, its line and the version are gone. */
export const parseTapReporters: Parser = (lines) => {
  const starts = lines.flatMap((line, index) => (/^\s+operator: \w+$/.test(line) ? [index] : []));
  if (starts.length === 0 || isPlainTap(lines) || !lines.some((line) => /^\s+(?:✖|x) \S/.test(line)))
    return [];
  return starts.map((start, at): Problem => {
    const rest = lines.slice(start, Math.min(starts[at + 1] ?? lines.length, start + MOST_LINES));
    const end = rest.findIndex((line) => /^\s+\.\.\.\s*$/.test(line));
    const block = end < 0 ? rest : rest.slice(0, end);
    return tapFailure(titlesOf(lines, start, block), block);
  });
};

/** tap-spec prints the test and marks the assertion above the block; of tap-dot only the message of the stack is left. */
function titlesOf(
  lines: readonly string[],
  start: number,
  block: readonly string[],
): { test: string; said: string } {
  const above = lines.slice(Math.max(0, start - MOST_LINES), start);
  const mark = above.slice(-3).findLast((line) => MARKED.test(line));
  const said = MARKED.exec(mark ?? '')?.[1];
  if (said !== undefined) return { test: above.findLast((line) => /^ {2}\S/.test(line))?.trim() ?? '', said };
  const thrown = block.map((line) => /^\s+Error: (\S.*)$/.exec(line)?.[1]).find((text) => text !== undefined);
  return { test: '', said: thrown ?? 'failed' };
}
