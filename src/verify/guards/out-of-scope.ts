import { evidenceOf } from './lines.ts';
import { belongsToTests, folderOf, isGenerated, isLockFile } from './paths.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const MOST_NAMED = 8;
const COMPANIONS =
  /(?:^|\/)(?:package\.json|CHANGELOG[^/]*|README[^/]*|\.changeset\/[^/]+|index\.[cm]?[jt]s|__init__\.py|mod\.rs)$/i;

/**
 * Files that the plan does not name. What a planned file brings with it is in scope: its folder's index, tests, lock files, generated
 * files, the change log. A plan names files as it likes: a path, a folder, a pattern, or words with a path in them.
 */
export function outOfScope({ items, scope }: Change): Suspicion[] {
  if (scope === null || scope.length === 0) return [];
  const planned = scope.flatMap((entry) => entriesOf(entry));
  if (planned.length === 0) return [];
  const outside = items.filter((item) => !isInScope(item, planned));
  const [first] = outside;
  if (!first) return [];
  const more = outside.length > MOST_NAMED ? [`… and ${outside.length - MOST_NAMED} more`] : [];
  return [
    {
      guard: 'out-of-scope',
      weight: 'certain',
      message: `${outside.length} changed file(s) are not among those the plan names.`,
      file: first.path,
      line: null,
      evidence: evidenceOf([...outside.slice(0, MOST_NAMED).map(({ path }) => path), ...more]),
      hint: 'Undo what the ticket does not ask for.',
      identity: outside
        .map(({ path }) => path)
        .sort()
        .join('\n'),
    },
  ];
}

/** `src/a.ts (new)`, `./src/`, `src/**`: paths without decoration. */
function entriesOf(entry: string): string[] {
  return entry
    .split(/[\s,`'"()]+/)
    .map((word) => word.replace(/^\.?\//, '').replace(/[:.;]+$/, ''))
    .filter((word) => /[./*]/.test(word) || word === entry.trim());
}

function isInScope({ path, oldPath }: ChangedItem, planned: readonly string[]): boolean {
  if (isLockFile(path) || isGenerated(path) || belongsToTests(path) || COMPANIONS.test(path)) return true;
  return [path, oldPath ?? path].some((each) => planned.some((entry) => covers(entry, each)));
}

function covers(entry: string, path: string): boolean {
  if (
    entry === path ||
    path.startsWith(entry.endsWith('/') ? entry : `${entry}/`) ||
    path.endsWith(`/${entry}`)
  )
    return true;
  if (entry.includes('*')) {
    const [start, end] = [entry.slice(0, entry.indexOf('*')), entry.slice(entry.lastIndexOf('*') + 1)];
    return path.startsWith(start) && path.endsWith(end);
  }
  const stem = (text: string) => text.replace(/\.[^/]*$/, '');
  return folderOf(entry) !== '' && stem(entry) === stem(path);
}
