import { lineChanges } from '../lines.ts';
import { belongsToTests } from '../paths.ts';
import type { ChangedItem } from '../types.ts';
import type { Mark } from './js-marks.ts';

interface TextMark extends Pick<Mark, 'what' | 'weight'> {
  readonly files: RegExp;
  readonly pattern: RegExp;
  /** A line that gave way to it; absent: it need not have been another way. */
  readonly instead?: RegExp;
}

const ENDS = 'the process of the tests is ended';
const OWN_ASSERTIONS = "an assertion is no longer the framework's";
const SKIPS = 'tests are skipped before they begin';

/** Lines of Python, Go and Rust that let tests pass; in Rust tests stand in the sources. */
const MARKS: readonly TextMark[] = [
  { files: /\.py$/, pattern: /\bos\._exit\(|^sys\.exit\(\s*0?\s*\)/, what: ENDS, weight: 'doubtful' },
  {
    files: /\.py$/,
    pattern:
      /^def assert(?:(?:Not)?(?:Equal|AlmostEqual|In|Is|IsNone|IsInstance)|True|False|Raises|Regex|(?:Dict|List|Tuple|Set)Equal)\(self\b|\bTestCase\.assert\w+\s*=/,
    what: OWN_ASSERTIONS,
    weight: 'doubtful',
  },
  {
    files: /\.py$/,
    pattern: /^def load_tests\(/,
    what: 'the file says itself which of its tests run',
    weight: 'doubtful',
  },
  {
    files: /\.py$/,
    pattern: /^(?:self\.skipTest\(|raise (?:unittest\.)?SkipTest\b)/,
    what: SKIPS,
    weight: 'doubtful',
  },
  {
    files: /\.py$/,
    pattern: /^@(?:pytest\.mark\.)?flaky\b|^@pytest\.mark\.flaky\b/,
    what: 'tests are tried again until they pass',
    weight: 'doubtful',
  },
  { files: /_test\.go$/, pattern: /^os\.Exit\(0\)/, what: ENDS, weight: 'doubtful' },
  {
    files: /_test\.go$/,
    pattern: /\bdefer func\(\)\s*\{\s*(?:_ = )?recover\(\)\s*\}\(\)/,
    what: 'what goes wrong is passed over',
    weight: 'doubtful',
  },
  {
    files: /_test\.go$/,
    pattern: /^t\s*:?=\s*(?:&testing\.T\{|new\(testing\.T\))/,
    what: 'a test reports to nobody',
    weight: 'certain',
  },
  {
    files: /\.rs$/,
    pattern: /^macro_rules!\s*(?:(?:debug_)?assert(?:_eq|_ne)?|panic)\b/,
    what: OWN_ASSERTIONS,
    weight: 'certain',
  },
  {
    files: /\.rs$/,
    pattern: /^#!?\[cfg\((?:any\(\)|false)\)\]/,
    what: 'code is never built',
    weight: 'certain',
  },
  {
    files: /\.rs$/,
    pattern: /^#\[cfg\(all\(test\b/,
    what: 'tests are built under a condition',
    weight: 'doubtful',
    instead: /^#\[cfg\(test\)\]/,
  },
];
const MOST_PER_FILE = 3;

/** In files that were there: what is new as a whole was never another way. */
export function newTextMarks(item: ChangedItem): Mark[] {
  if (item.before === null || !(belongsToTests(item.path) || item.path.endsWith('.rs'))) return [];
  const { added, removed } = lineChanges(item);
  const found = added.flatMap(({ text, line }): Mark[] => {
    const mark = MARKS.find(
      ({ files, pattern, instead }) =>
        files.test(item.path) &&
        pattern.test(text) &&
        (!instead || removed.some((old) => instead.test(old.text))),
    );
    return mark ? [{ what: mark.what, weight: mark.weight, text, line }] : [];
  });
  return found.slice(0, MOST_PER_FILE);
}
