import { splitErrorLine } from './js-error.ts';
import { isLintTap } from './lint-tap.ts';
import type { Parser, Problem } from './problem.ts';
import { type Frame, firstOwnFrame, frameOf, isOwn } from './stack.ts';
import { causeOfTest } from './test-cause.ts';
import { isVitestTap } from './vitest-tap.ts';

const LONGEST_BLOCK = 200;
/** Node's own runner and tap nest tests below this line; they have a parser of their own. */
const NESTED = /^\s*# Subtest:/;
const SUMMARY = /^# (?:tests|pass|fail|skip|todo|time|ok|failed)\b/;

/** Whether the lines are TAP 13 or 14 without Node's nested tests and vitest's. */
export function isPlainTap(lines: readonly string[]): boolean {
  const isTap = lines.some((line) => /^TAP version 1[34]$/.test(line));
  return isTap && !lines.some((line) => NESTED.test(line)) && !isVitestTap(lines);
}

/** TAP 13 and 14 of any producer (tape and its like): a test is the last comment before its assertions. */
export const parseTap: Parser = (lines) => {
  if (!isPlainTap(lines) || isLintTap(lines)) return [];
  const problems: Problem[] = [];
  let test = '';
  for (const [index, line] of lines.entries()) {
    const comment = /^# (\S.*)$/.exec(line)?.[1];
    if (comment && !SUMMARY.test(line)) test = comment.trim();
    const bail = /^Bail out!\s*(.*)$/.exec(line)?.[1];
    if (bail !== undefined)
      problems.push({
        category: 'runtime_error',
        message: line.trim(),
        symbol: bail.slice(0, 120) || 'Bail out!',
      });
    const failed = /^not ok\b(?: \d+)?(?: - )?(.*)$/.exec(line)?.[1];
    if (failed === undefined || /# (?:TODO|SKIP)\b/i.test(failed)) continue;
    // tape says at its end which tests did not come to theirs.
    const unended = /^test exited without ending: (.+)$/.exec(failed.trim())?.[1];
    const said = unended === undefined ? failed.trim() : 'test exited without ending';
    problems.push(tapFailure({ test: unended ?? test, said }, blockAfter(lines, index)));
  }
  return problems;
};

/** The indented lines below: YAML between `---` and `...`, or a bare stack. */
function blockAfter(lines: readonly string[], index: number): string[] {
  const block: string[] = [];
  for (const line of lines.slice(index + 1, index + LONGEST_BLOCK)) {
    if (/^\s+\.\.\.\s*$/.test(line) || /^(?:ok|not ok|#|1\.\.\d|Bail out!)/.test(line)) break;
    block.push(line);
  }
  return block;
}

/** A failed assertion; `said` is the assertion's own title. */
export function tapFailure(
  { test, said }: { test: string; said: string },
  block: readonly string[],
): Problem {
  const frame = placeOf(block);
  const error = block.map(splitErrorLine).find((found) => found !== null) ?? inspectedError(block);
  const cause = error ? causeOfTest(error.message, error.name) : null;
  const expected = valueOf('expected', block);
  const actual = valueOf('actual', block);
  const values = expected === null || actual === null ? '' : `\nexpected: ${expected}\nactual: ${actual}`;
  const name = test || said;
  return {
    category: cause?.category ?? 'test_failure',
    ...(/\btimed? ?out\b/i.test(said) ? { subcategory: 'test_timeout' } : {}),
    message: `${[...new Set([name, said])].filter(Boolean).join(': ') || 'failed'}${values}`,
    file: frame?.file ?? null,
    line: frame?.line ?? null,
    column: frame?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : name || null,
    identity: `test ${test} > ${said}`,
  };
}

/** An error as an object, which is how ava shows what a test has thrown. */
function inspectedError(block: readonly string[]): { name: string; message: string } | null {
  const index = block.findIndex((line) => /^\s*\w*Error \{$/.test(line));
  const message = /^\s*message: (['"`])(.*)\1,?$/.exec(block[index + 1] ?? '')?.[2];
  return index < 0 || message === undefined
    ? null
    : { name: block[index]?.trim().slice(0, -2) ?? '', message };
}

/** `at:` names the assertion; where that is not the repository's own code, the first own frame of the stack. */
function placeOf(block: readonly string[]): Frame | null {
  const at = block
    .find((line) => /^\s+at: \S/.test(line))
    ?.replace(/^(\s+at):/, '$1')
    .replace(/ '(.*)'$/, ' $1');
  const frame = at === undefined ? null : frameOf(at);
  return frame && isOwn(frame.file) ? frame : firstOwnFrame(block);
}

/** A scalar of the YAML block, on its line or, after `|-`, on the next ones. */
function valueOf(key: string, block: readonly string[]): string | null {
  const index = block.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  if (index < 0) return null;
  const inline = (block[index] ?? '')
    .trim()
    .slice(key.length + 1)
    .trim();
  if (!/^[|>][+-]?$/.test(inline)) return inline.slice(0, 200);
  const depth = indentOf(block[index] ?? '');
  const rest = block.slice(index + 1, index + 6);
  const end = rest.findIndex((line) => line.trim() !== '' && indentOf(line) <= depth);
  const text = (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim());
  return text.join(' ').trim().slice(0, 200);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
