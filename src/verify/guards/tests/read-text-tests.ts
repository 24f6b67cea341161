import { type Assertion, plainPlace, type TestCase, type TestFile } from './model.ts';
import { assertionOf, assertionOfCondition, wholeCall } from './text-assertions.ts';
import { placesOfLines } from './text-places.ts';

/** How tests look in a language whose syntax is not parsed: by lines. Every pattern is anchored and linear. */
interface Language {
  /** Captures the name. */
  readonly test: RegExp;
  /** A line above a test that makes it one, where a name alone does not. */
  readonly mark: RegExp | null;
  readonly skip: RegExp;
  readonly conditionalSkip: RegExp;
  readonly assertion: RegExp;
  readonly ends: 'indentation' | 'brace';
  readonly comment: string;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  py: {
    test: /^\s*(?:async )?def (test\w*)\(/,
    mark: null,
    skip: /^(?:@(?:pytest\.mark\.(?:skip|xfail)|unittest\.(?:skip|expectedFailure)|skip)\b(?!if|If|Unless)|pytest\.(?:skip|xfail)\(|self\.skipTest\(|raise (?:unittest\.)?SkipTest\b)/,
    conditionalSkip: /^@(?:pytest\.mark\.skipif|unittest\.skip(?:If|Unless))\b/,
    assertion:
      /^(?:assert\b|self\.(?:assert\w+|fail)\(|(?:async )?with (?:pytest\.raises|self\.assertRaises)|pytest\.(?:fail|raises)\(|mock\w*\.assert_)/,
    ends: 'indentation',
    comment: '#',
  },
  go: {
    test: /^func ((?:Test|Fuzz|Example)\w*)\(/,
    mark: null,
    skip: /^t\.(?:Skip|SkipNow|Skipf)\(/,
    conditionalSkip: /^if testing\.Short\(\)/,
    assertion: /^(?:t\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|(?:assert|require|is|qt|check)\.\w+\()/,
    ends: 'brace',
    comment: '//',
  },
  rs: {
    test: /^\s*(?:pub )?(?:async )?fn (\w+)\(/,
    mark: /^#\[(?:[\w:]+::)?test\b/,
    skip: /^#\[ignore\b/,
    conditionalSkip: /^#\[cfg_attr\([^)]*ignore/,
    assertion: /^(?:debug_)?(?:assert|assert_eq|assert_ne|assert_matches|panic|unreachable)!\s*\(/,
    ends: 'brace',
    comment: '//',
  },
};

export function readsTextTests(path: string): boolean {
  return extensionOf(path) in LANGUAGES;
}

/** The tests of a Python, Go or Rust file, by its lines. */
export function readTextTests(path: string, text: string): TestFile {
  const language = LANGUAGES[extensionOf(path)];
  if (!language) return { cases: [], loose: [] };
  const lines = language.ends === 'indentation' ? withoutDocstrings(text.split('\n')) : text.split('\n');
  const cases: TestCase[] = [];
  let above: string[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const trimmed = line.trim();
    const name = language.test.exec(line)?.[1];
    if (name !== undefined && (language.mark === null || above.some((each) => language.mark?.test(each)))) {
      const end = endOf(lines, index, language);
      cases.push(caseOf({ name, index, above, lines: lines.slice(index, end + 1) }, language));
      above = [];
      index = end;
    } else if (/^[@#[]/.test(trimmed) && !(language.comment === '#' && trimmed.startsWith('#')))
      above.push(trimmed);
    else if (trimmed !== '') above = [];
  }
  return { cases, loose: [] };
}

interface Found {
  readonly name: string;
  readonly index: number;
  readonly above: readonly string[];
  readonly lines: readonly string[];
}

function caseOf(
  { name, index, above, lines }: Found,
  { skip, conditionalSkip, assertion, comment }: Language,
): TestCase {
  const body = lines.slice(1).map((line) => line.trim());
  const isConditional = [...above, ...body].some((line) => conditionalSkip.test(line));
  const isSkipped = above.some((line) => skip.test(line)) || body.some((line) => skip.test(line));
  const nested = lines
    .slice(1)
    .some((line, at) => skip.test(line.trim()) && /^\s*if\b/.test(lines[at] ?? ''));
  const code = body.filter(
    (line) => line !== '' && !line.startsWith(comment) && line !== '}' && line !== 'pass' && line !== '...',
  );
  const panics = panicsOf(name, above, index);
  const places = placesOfLines(lines);
  const assertions = body.flatMap((line, at) => {
    const place = places[at + 1] ?? plainPlace;
    if (!assertion.test(line)) return [];
    const number = index + at + 2;
    const found = assertionOf(wholeCall(body, at), number);
    // In Go the condition is the assertion; where there is none that can hold, the message tells which one it was.
    if (!/^t\./.test(line)) return [{ ...found, ...place }];
    return place.condition === null
      ? [{ ...found, subject: found.text, ...place }]
      : [{ ...assertionOfCondition(place.condition, line, number), ...place, condition: null }];
  });
  return {
    name,
    title: name,
    line: index + 1,
    skip: isConditional || nested ? 'conditional' : isSkipped ? 'always' : 'no',
    isOnly: false,
    assertions: [...panics, ...assertions],
    body: [...panics.map(({ text }) => text), ...body].join(' ').slice(0, 6_000),
    isEmpty: code.length === 0,
    rows: rowsOf(above),
    uses: null,
  };
}

/** `#[should_panic(expected = "…")]`, and without saying how, which anything satisfies. */
function panicsOf(name: string, above: readonly string[], index: number): Assertion[] {
  return above.flatMap((line): Assertion[] => {
    const expected = /^#\[should_panic(.*)\]$/.exec(line)?.[1];
    if (expected === undefined) return [];
    // Its words stand in a source file: that they are gone explains nothing.
    const text = expected === '' ? '#[should_panic]' : '#[should_panic(…)]';
    const strength = expected === '' ? 1 : 3;
    return [{ text, subject: name, matcher: 'should_panic', expected, strength, line: index, ...plainPlace }];
  });
}

/** Rows of a table in one line: `@pytest.mark.parametrize("a", [1, 2])`. */
function rowsOf(above: readonly string[]): number | null {
  const table = above
    .map((line) => /\bparametrize\(.*?,\s*\[(.*)\]\s*\)$/.exec(line)?.[1])
    .find((rows) => rows !== undefined);
  if (table === undefined) return null;
  let depth = 0;
  let rows = table.trim() === '' ? 0 : 1;
  for (const letter of table.replace(/,\s*$/, '')) {
    if (letter === '(' || letter === '[' || letter === '{') depth += 1;
    else if (letter === ')' || letter === ']' || letter === '}') depth -= 1;
    else if (letter === ',' && depth === 0) rows += 1;
  }
  return rows;
}

function endOf(lines: readonly string[], start: number, { ends }: Language): number {
  const depth = indentOf(lines[start] ?? '');
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.trim() === '') continue;
    if (ends === 'indentation' && indentOf(line) <= depth && !/^\s*[)\]]/.test(line)) return index - 1;
    if (ends === 'brace' && indentOf(line) <= depth && line.trimStart().startsWith('}')) return index;
  }
  return lines.length - 1;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Text between triple quotes is no code. Lines stay where they are. */
function withoutDocstrings(lines: readonly string[]): string[] {
  let open: string | null = null;
  return lines.map((line) => {
    const wasOpen = open !== null;
    for (const [quote] of line.matchAll(/"""|'''/g)) {
      if (open === null) open = quote;
      else if (open === quote) open = null;
    }
    return wasOpen ? ' '.repeat(indentOf(line) + 8) : line;
  });
}

function extensionOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
