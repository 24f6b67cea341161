import { evidenceOf } from './lines.ts';
import { isSource, isTestFile } from './paths.ts';
import { lostItsSource, vanishedDeclarations, vanishedNames } from './tests/explained.ts';
import { compareTests, type LocatedTest, wordsOf } from './tests/match-tests.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const HINT =
  'Put the tests back and make the code pass them; take a test away only where the ticket takes its subject away.';
const MOST_NAMED = 5;

/**
 * Test files and single tests that are gone and turn up nowhere else in the change. A test of something that the change takes out of the
 * program is no finding; one that was written anew beside others is a doubtful one.
 */
export function deletedTests(change: Change): Suspicion[] {
  const { gone, fresh, pairs } = compareTests(change);
  const removed = gone.filter((each) => explanationOf(each, change) !== 'full');
  const files = change.items.filter((item) => isGoneFile(item));
  const byItem = Map.groupBy(removed, ({ item }) => item);
  return [
    ...files.flatMap((item) => goneFile(item, { tests: byItem.get(item) ?? [], change, gone })),
    ...[...byItem].flatMap(([item, tests]) => {
      if (files.includes(item)) return [];
      const replaced = fresh.filter(({ file }) => file === item.path).length;
      const isHalf = tests.every((each) => explanationOf(each, change) === 'half');
      return [goneTests(item, tests, { replaced, isHalf })];
    }),
    ...pairs.flatMap(({ before, after, file }) => fewerRows(before, after, file)),
  ];
}

/**
 * `full`: what the test uses is no longer defined. `half`: words of it are gone from the sources, which a removed check of its input does,
 * too, so that a person has to look.
 */
function explanationOf({ test, item }: LocatedTest, change: Change): 'full' | 'half' | 'none' {
  if (test.skip === 'always' || test.isEmpty) return 'full';
  if (lostItsSource(item, change)) return 'full';
  // Where tests stand in the source file, the names of a test vanish with it.
  if (isSource(item.path)) return 'none';
  const declarations = vanishedDeclarations(change);
  const body = wordsOf(test);
  const isUsed = (name: string) => body.has(name) && !declares(test.body, name);
  if ([...declarations].some(isUsed)) return 'full';
  const vanished = vanishedNames(change);
  return [...wordsOf(test)].some((word) => vanished.has(word)) ? 'half' : 'none';
}

/** A name of its own, which only happens to be one of the sources, too. */
function declares(body: string, name: string): boolean {
  return [`const ${name} `, `let ${name} `, `var ${name} `].some((start) => body.includes(start));
}

/** Deleted, or given a name under which no runner finds it. */
function isGoneFile({ kind, path, oldPath }: ChangedItem): boolean {
  if (kind === 'deleted') return isTestFile(path);
  return kind === 'renamed' && isTestFile(oldPath ?? path) && !isTestFile(path);
}

function goneFile(
  item: ChangedItem,
  { tests, change, gone }: { tests: readonly LocatedTest[]; change: Change; gone: readonly LocatedTest[] },
): Suspicion[] {
  const hadTests = gone.some((each) => each.item === item);
  const isRead = item.before !== null && /\.(?:[cm]?[jt]sx?|py|go|rs)$/.test(item.oldPath ?? item.path);
  if (isRead && tests.length === 0) return [];
  if (!hadTests && (isRead || lostItsSource(item, change))) return [];
  const from = item.oldPath ?? item.path;
  const isHalf = tests.length > 0 && tests.every((each) => explanationOf(each, change) === 'half');
  const became = item.kind === 'renamed' ? `renamed to ${item.path}, where no test runner looks` : 'deleted';
  return [
    {
      guard: 'deleted-tests',
      weight: isHalf ? 'doubtful' : 'certain',
      message: `The test file ${from} was ${became}${tests.length > 0 ? ` with ${count(tests.length)}` : ''}.`,
      file: from,
      line: null,
      evidence: evidenceOf(tests.slice(0, MOST_NAMED).map(({ test }) => test.name)),
      hint: HINT,
      identity: 'file',
    },
  ];
}

function goneTests(
  item: ChangedItem,
  tests: readonly LocatedTest[],
  { replaced, isHalf }: { replaced: number; isHalf: boolean },
): Suspicion {
  const isReplaced = replaced >= tests.length;
  const names = tests.slice(0, MOST_NAMED).map(({ test }) => test.name);
  const more = tests.length > MOST_NAMED ? [`… and ${tests.length - MOST_NAMED} more`] : [];
  return {
    guard: 'deleted-tests',
    weight: isReplaced || isHalf ? 'doubtful' : 'certain',
    message: isReplaced
      ? `${count(tests.length)} of ${item.path} gave way to ${replaced} other(s).`
      : `${count(tests.length)} of ${item.path} ${tests.length === 1 ? 'is' : 'are'} gone.`,
    file: item.path,
    line: null,
    evidence: evidenceOf([...names, ...more]),
    hint: HINT,
    identity: tests
      .map(({ test }) => test.name)
      .sort()
      .join('\n'),
  };
}

function fewerRows(
  before: { rows: number | null; name: string },
  after: { rows: number | null; line: number },
  file: string,
): Suspicion[] {
  if (before.rows === null || after.rows === null || after.rows >= before.rows) return [];
  return [
    {
      guard: 'deleted-tests',
      weight: 'doubtful',
      message: `The table of a test in ${file} lost ${before.rows - after.rows} of ${before.rows} rows.`,
      file,
      line: after.line,
      evidence: evidenceOf([before.name]),
      hint: HINT,
      identity: before.name,
    },
  ];
}

function count(tests: number): string {
  return tests === 1 ? '1 test' : `${tests} tests`;
}
