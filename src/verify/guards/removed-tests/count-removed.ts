import { belongsToTests, isTestFile } from '../paths.ts';
import { compareTests } from '../tests/match-tests.ts';
import type { Change, ChangedItem } from '../types.ts';

/**
 * How many test cases the base commit has and the change takes away; null: at least one, and nobody can count them: tests made by a
 * loop or a table, in languages that are not read, of fixtures that are gone.
 */
export function countRemoved(change: Change): number | null {
  const { gone, pairs } = compareTests(change);
  const goneItems = new Set(gone.map(({ item }) => item));
  if ([...goneItems].some(makesTests)) return null;
  if (change.items.some((item) => isUncounted(item, goneItems) || losesDocTests(item))) return null;
  const rows = pairs.map(({ before, after }) =>
    before.rows === null || after.rows === null ? 0 : Math.max(0, before.rows - after.rows),
  );
  const cases = gone.map(({ test }) => Math.max(1, test.rows ?? 1));
  return [...cases, ...rows].reduce((sum, each) => sum + each, 0);
}

/** One case in the text may be many when it runs. */
function makesTests({ before, kind, path, oldPath }: ChangedItem): boolean {
  // A file that is gone may have run the tests of others, which it imported.
  if (
    kind === 'deleted' &&
    /(?:from|require\()\s*['"]\.\//.test(before ?? '') &&
    belongsToTests(folderIn(oldPath ?? path))
  )
    return true;
  return /\bfor\s*\(|\.forEach\(|\.map\(|\.each\b|parametrize|\bsubTest\(|\bt\.Run\(|rstest|test_case/.test(
    before ?? '',
  );
}

/** As if it were a folder of tests: `test/`, not the name of the file. */
function folderIn(path: string): string {
  return `${path.slice(0, path.lastIndexOf('/') + 1)}any`;
}

/** A file of the test suite that is gone, in which no test was read. */
function isUncounted(item: ChangedItem, counted: ReadonlySet<ChangedItem>): boolean {
  const from = item.oldPath ?? item.path;
  if (item.kind !== 'deleted' || !belongsToTests(from) || counted.has(item)) return false;
  return item.before === null || !isTestFile(from) || !/\.(?:[cm]?[jt]sx?|py|go|rs)$/.test(from);
}

function losesDocTests({ before, after, path }: ChangedItem): boolean {
  const mark = path.endsWith('.rs') ? /^\s*\/\/[/!]\s*```/gm : path.endsWith('.py') ? /^\s*>>> /gm : null;
  const marks = (text: string | null) => (mark === null ? 0 : (text?.match(mark)?.length ?? 0));
  return marks(before) > marks(after);
}
