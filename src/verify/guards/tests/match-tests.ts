import { belongsToTests, isScript, isTestFile } from '../paths.ts';
import { parseSource } from '../syntax.ts';
import type { Change, ChangedItem } from '../types.ts';
import { type Assertion, noTests, type TestCase, type TestFile } from './model.ts';
import { readJsTests } from './read-js-tests.ts';
import { readsTextTests, readTextTests } from './read-text-tests.ts';

/** A test that is in both commits, whatever became of its name and file. */
export interface TestPair {
  readonly before: TestCase;
  readonly after: TestCase;
  readonly file: string;
  /** Its name is another one now. */
  readonly isRenamed: boolean;
}

export interface LocatedTest {
  readonly test: TestCase;
  readonly file: string;
  readonly item: ChangedItem;
}

export interface TestComparison {
  readonly pairs: readonly TestPair[];
  readonly gone: readonly LocatedTest[];
  readonly fresh: readonly LocatedTest[];
  /** Assertions outside of tests, file by file. */
  readonly loose: readonly {
    readonly file: string;
    readonly before: readonly Assertion[];
    readonly after: readonly Assertion[];
  }[];
  /** Test files that could not be parsed in the change. */
  readonly unreadable: readonly ChangedItem[];
}

const known = new WeakMap<Change, TestComparison>();
const MOST_COMPARED = 300;
const ALIKE = 0.5;

/** Which test of the base commit is which test of the change: by name, in its file first, then by what it does. */
export function compareTests(change: Change): TestComparison {
  const answer = known.get(change);
  if (answer) return answer;
  const comparison = compare(change);
  known.set(change, comparison);
  return comparison;
}

function compare({ items }: Change): TestComparison {
  const sides = items.filter((item) => holdsTests(item)).map((item) => sideOf(item));
  const before = sides.flatMap(({ item, before: tests }) =>
    tests.cases.map((test) => ({ test, file: item.path, item })),
  );
  const after = sides.flatMap(({ item, after: tests }) =>
    tests.cases.map((test) => ({ test, file: item.path, item })),
  );
  const pairs: TestPair[] = [];
  const left = new Set(after);
  let open = before;
  const keys: ((located: LocatedTest) => string)[] = [
    ({ test, file }) => JSON.stringify([file, test.name]),
    ({ test }) => test.name,
    ({ test, file }) => (test.title.length < 4 ? '' : JSON.stringify([file, test.title])),
    ({ test }) => (test.body.length < 40 ? '' : test.body),
    ({ test }) => (test.title.length < 8 ? '' : test.title),
  ];
  for (const key of keys) open = pairByKey(open, { left, key, pairs });
  open = pairBySimilarity(open, { left, pairs });
  return {
    pairs,
    gone: open,
    fresh: [...left],
    loose: sides.map(({ item, before: old, after: now }) => ({
      file: item.path,
      before: old.loose,
      after: now.loose,
    })),
    unreadable: sides.filter(({ isUnreadable }) => isUnreadable).map(({ item }) => item),
  };
}

function holdsTests({ path, oldPath, form }: ChangedItem): boolean {
  if (form !== 'file') return false;
  return (
    isTestFile(path) ||
    isTestFile(oldPath ?? path) ||
    path.endsWith('.rs') ||
    (belongsToTests(path) && isScript(path))
  );
}

interface Side {
  readonly item: ChangedItem;
  readonly before: TestFile;
  readonly after: TestFile;
  readonly isUnreadable: boolean;
}

function sideOf(item: ChangedItem): Side {
  const oldPath = item.oldPath ?? item.path;
  const before = item.before === null ? noTests : (testsOf(oldPath, item.before) ?? noTests);
  const counts = isTestFile(item.path) || !isTestFile(oldPath);
  const after = item.after === null || !counts ? noTests : testsOf(item.path, item.after);
  return { item, before, after: after ?? before, isUnreadable: after === null };
}

/** null: it is a script that cannot be parsed. */
function testsOf(path: string, text: string): TestFile | null {
  if (readsTextTests(path)) return readTextTests(path, text);
  if (!isScript(path)) return noTests;
  const source = parseSource(path, text);
  return source ? readJsTests(source) : null;
}

interface Pairing {
  readonly left: Set<LocatedTest>;
  readonly pairs: TestPair[];
}

function pairByKey(
  open: readonly LocatedTest[],
  { left, key, pairs }: Pairing & { key: (located: LocatedTest) => string },
): LocatedTest[] {
  const byKey = Map.groupBy(left, key);
  return open.filter((old) => {
    const wanted = key(old);
    const match = wanted === '' ? undefined : byKey.get(wanted)?.shift();
    if (!match) return true;
    left.delete(match);
    pairs.push({
      before: old.test,
      after: match.test,
      file: match.file,
      isRenamed: old.test.title !== match.test.title,
    });
    return false;
  });
}

/** What is left in one file, by the words they have in common: a test that was written anew under another name. */
function pairBySimilarity(open: readonly LocatedTest[], { left, pairs }: Pairing): LocatedTest[] {
  const words = new Map(
    [...open, ...left].slice(0, 2 * MOST_COMPARED).map((each) => [each, wordsOf(each.test)] as const),
  );
  return open.filter((old, index) => {
    if (index >= MOST_COMPARED) return true;
    const oldWords = words.get(old);
    if (!oldWords) return true;
    let best: { readonly found: LocatedTest; readonly score: number } | null = null;
    for (const candidate of left) {
      const score = overlap(oldWords, words.get(candidate)) + (candidate.file === old.file ? 0 : -0.2);
      if (score >= ALIKE && score > (best?.score ?? 0)) best = { found: candidate, score };
    }
    if (!best) return true;
    left.delete(best.found);
    pairs.push({ before: old.test, after: best.found.test, file: best.found.file, isRenamed: true });
    return false;
  });
}

export function wordsOf({ title, body }: TestCase): ReadonlySet<string> {
  return new Set(`${title} ${body}`.match(/[A-Za-z_$][\w$]{2,}/g) ?? []);
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): number {
  if (!b || a.size === 0 || b.size === 0) return 0;
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  return both / Math.min(a.size, b.size) >= 0.8
    ? Math.max(ALIKE, both / Math.max(a.size, b.size))
    : both / (a.size + b.size - both);
}
