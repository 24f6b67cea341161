import type { Assertion } from './model.ts';

type Place = Pick<Assertion, 'isSwallowed' | 'condition'>;

interface Block extends Place {
  readonly indent: number;
}

const LEAVES = /^(?:return\b|std::process::exit|os\._?[eE]xit\(|sys\.exit\()/;
const CONDITION = /^(?:\}\s*)?(?:if|elif|else if|while)\b\s*(.*?)\s*[:{]?$/;
const NEVER =
  /^(?:if|while)\s*\(?\s*(?:False|false|0|not True|!true)\s*\)?\s*[:{]|^for \w+ in (?:\[\]|\(\)|range\(0\))\s*[:{]/;
const HIDES = /^with (?:contextlib\.)?suppress\(/;
const CLOSURE = /\bfunc\([^{]*\{$|\|[^|]*\|\s*\{$/;
const LONGEST_TRY = 200;
const OWN_FUNCTION = /^(?:async )?def (\w+)\(|^(\w+) := func\(|^let (\w+) = (?:move )?\|/;

/**
 * What it means for each line of a test to stand where it does, by indentation. The first line is the test's own. What follows a `return` never
 * counts; what stands below `if`, or after a `return` under a condition, counts where that holds.
 */
export function placesOfLines(lines: readonly string[]): Place[] {
  const base = indentOf(lines.slice(1).find((line) => line.trim() !== '') ?? '');
  const counts = wordCounts(lines);
  let open: Block[] = [];
  let functions: number[] = [];
  let after: Place = { isSwallowed: false, condition: null };
  return lines.map((line, index): Place => {
    const text = line.trim();
    const indent = indentOf(line);
    if (index === 0 || text === '') return { isSwallowed: false, condition: null };
    open = open.filter((block) => block.indent < indent);
    functions = functions.filter((each) => each < indent);
    const here = together([after, ...open]);
    if (LEAVES.test(text) && functions.length === 0 && index < lines.length - 1)
      after = together([after, indent === base ? { isSwallowed: true, condition: null } : leftUnder(open)]);
    const block = blockOf(lines, index, counts);
    if (block) open.push({ ...block, indent });
    if (OWN_FUNCTION.test(text) || CLOSURE.test(text)) functions.push(indent);
    return here;
  });
}

function wordCounts(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines)
    for (const word of line.match(/[A-Za-z_]\w*/g) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function together(places: readonly Place[]): Place {
  return {
    isSwallowed: places.some(({ isSwallowed }) => isSwallowed),
    condition: places.find(({ condition }) => condition !== null)?.condition ?? null,
  };
}

/** Where the way out never is, nothing follows from it. */
function leftUnder(open: readonly Block[]): Place {
  const place = together(open);
  return place.isSwallowed ? { isSwallowed: false, condition: null } : place;
}

function blockOf(lines: readonly string[], index: number, counts: ReadonlyMap<string, number>): Place | null {
  const text = (lines[index] ?? '').trim();
  if (NEVER.test(text) || HIDES.test(text)) return { isSwallowed: true, condition: null };
  if (text === 'try:') return isQuietTry(lines, index) ? { isSwallowed: true, condition: 'no error' } : null;
  const name = OWN_FUNCTION.exec(text)?.slice(1).find(Boolean);
  if (name !== undefined && counts.get(name) === 1) return { isSwallowed: true, condition: null };
  const condition = CONDITION.exec(text)?.[1];
  return condition === undefined ? null : { isSwallowed: false, condition };
}

/** All that its `except` does is nothing. */
function isQuietTry(lines: readonly string[], index: number): boolean {
  const indent = indentOf(lines[index] ?? '');
  const rest = lines.slice(index + 1, index + LONGEST_TRY);
  const at = rest.findIndex((line) => indentOf(line) === indent && /^except\b/.test(line.trim()));
  return at >= 0 && /^(?:pass|\.\.\.|return|continue)$/.test((rest[at + 1] ?? '').trim());
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
