import type { Problem } from './problem.ts';
import { type Frame, frameOf, isOwn } from './stack.ts';
import { causeOfTest } from './test-cause.ts';

const RESULT = /^(\s*)(not )?ok \d+(?: - (.*?))?(?: # time=[\d.]+m?s)?(?: \{)?\s*$/;
/** What tap itself calls an assertion that was given no title. */
const UNTITLED = /^(?:timeout!|test failed|should |expect )/;
const LONGEST_BLOCK = 120;

/** tap's own TAP (11 to 16) says on the line of a test how long it took; Node's says it in the block. */
export function isNestedTap(lines: readonly string[]): boolean {
  return (
    lines.some((line) => /^ *(?:not )?ok \d+ - .* # time=[\d.]+m?s/.test(line)) &&
    !lines.some((line) => /^\s+duration_ms: /.test(line))
  );
}

/** tap nests assertions in tests in files: what failed is the innermost, and its test is the `# Subtest:` around it. */
export function parseNestedTap(lines: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const subtests = new Map<number, string>();
  let deepest = -1;
  for (const [index, line] of lines.entries()) {
    const subtest = /^(\s*)# Subtest: (.+)$/.exec(line);
    if (subtest) subtests.set(subtest[1]?.length ?? 0, subtest[2] ?? '');
    const result = RESULT.exec(line);
    if (!result || /# (?:TODO|SKIP)\b/i.test(line)) continue;
    const depth = result[1]?.length ?? 0;
    const followsInner = deepest > depth;
    if (result[2]) deepest = depth;
    else if (followsInner) deepest = -1;
    if (!result[2] || followsInner) continue;
    const block = blockAfter(lines, index);
    const title = result[3] ?? 'failed';
    // A file that ended with a code and no failed test did not load; these are Node's words for it.
    const said =
      depth === 0 && block.some((text) => /^\s+exitCode: [1-9]/.test(text)) ? 'test failed' : title;
    problems.push(failureOf({ test: subtests.get(depth - 4) ?? title, said }, block));
  }
  return problems;
}

function blockAfter(lines: readonly string[], index: number): string[] {
  if (!/^\s+---\s*$/.test(lines[index + 1] ?? '')) return [];
  const rest = lines.slice(index + 2, index + LONGEST_BLOCK);
  const end = rest.findIndex((line) => /^\s*\.\.\.\s*$/.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function failureOf({ test, said }: { test: string; said: string }, block: readonly string[]): Problem {
  const text = block.join('\n');
  const thrown = /^\s+type: (\w*Error)$/m.exec(text)?.[1] ?? null;
  const cause = thrown ? causeOfTest(said, thrown) : null;
  const place = placeIn(text) ?? firstOfStack(block);
  const values = /^\s+found: (\S.*)\n\s+wanted: (\S.*)$/m.exec(text);
  const shown = values ? `\nexpected: ${values[2]}\nactual: ${values[1]}` : '';
  return {
    category: cause?.category ?? 'test_failure',
    ...(/^timeout!$/.test(said) ? { subcategory: 'test_timeout' } : {}),
    message: `${[...new Set([test, said])].join(': ')}${shown}`,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    symbol: cause ? (cause.symbol ?? null) : UNTITLED.test(said) ? test : said,
    identity: `test ${test} > ${said}`,
  };
}

function placeIn(text: string): Frame | null {
  const at = /^\s+at:\n((?:\s+\w+: .*\n?){1,6})/m.exec(text)?.[1];
  const file = /^\s+file: (\S+)$/m.exec(at ?? '')?.[1];
  const line = /^\s+line: (\d+)$/m.exec(at ?? '')?.[1];
  const column = /^\s+column: (\d+)$/m.exec(at ?? '')?.[1];
  return file && line && isOwn(file) ? { file, line: Number(line), column: Number(column ?? 1) } : null;
}

/** Its stack lists frames without "at". */
function firstOfStack(block: readonly string[]): Frame | null {
  const frames = block.map((line) => frameOf(`at ${line.trim()}`));
  return frames.find((frame) => frame !== null && isOwn(frame.file)) ?? null;
}
