import { lineChanges } from '../lines.ts';
import { folderOf, isSource } from '../paths.ts';
import type { Change, ChangedItem } from '../types.ts';

const known = new WeakMap<Change, ReadonlySet<string>>();

/**
 * Names that the change took out of the program and put in nowhere: a test of something that is gone may go too. Names that the rest of the
 * changed sources still use are not gone.
 */
export function vanishedNames(change: Change): ReadonlySet<string> {
  const answer = known.get(change);
  if (answer) return answer;
  const sources = change.items.filter(({ path, oldPath }) => isSource(path) || isSource(oldPath ?? path));
  const names = new Set<string>();
  for (const item of sources) {
    for (const { text } of lineChanges(item).removed) for (const word of namesIn(text)) names.add(word);
  }
  for (const { after } of sources) {
    if (names.size === 0) break;
    for (const word of namesIn(after ?? '')) names.delete(word);
  }
  known.set(change, names);
  return names;
}

export function namesIn(text: string): string[] {
  return text.match(/[A-Za-z_$][\w$-]{3,}/g) ?? [];
}

/** Whether a source file went with it: one that it imports, or `a/b.ts` for `a/b.test.ts`, wherever the tests lie. */
export function lostItsSource(test: ChangedItem, { items }: Change): boolean {
  const stem = stemOf(test.oldPath ?? test.path);
  const deleted = items
    .filter((item) => item.kind === 'deleted' && isSource(item.path))
    .map(({ path }) => path);
  if (deleted.length === 0) return false;
  const imports = importsOf(test);
  return deleted.some((path) => {
    const other = stemOf(path);
    return (
      imports.has(withoutEnding(path)) ||
      other === stem ||
      (other.length > 4 && (stem.endsWith(other) || stem.startsWith(`${other}-`)))
    );
  });
}

/** Paths a test imports, without endings, from the root of the repository. */
function importsOf({ before, oldPath, path }: ChangedItem): ReadonlySet<string> {
  const folder = folderOf(oldPath ?? path)
    .split('/')
    .filter(Boolean);
  const found = (before ?? '').matchAll(/(?:from|require\(|import\(|import)\s*['"](\.[^'"\n]{0,300})['"]/g);
  return new Set(
    [...found].map(([, specifier = '']) => {
      const parts = [...folder];
      for (const part of specifier.split('/')) {
        if (part === '..') parts.pop();
        else if (part !== '.' && part !== '') parts.push(part);
      }
      return withoutEnding(parts.join('/'));
    }),
  );
}

function withoutEnding(path: string): string {
  return path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '');
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name
    .replace(/\.\w+$/, '')
    .replace(/^test_|[._-](?:test|tests|spec|e2e|cy)$/g, '')
    .replace(/(?:Test|Tests|Spec)$/, '');
}

/** Whether code outside of tests changed at all. */
export function changesSources({ items }: Change): boolean {
  return items.some(({ path, oldPath }) => isSource(path) || isSource(oldPath ?? path));
}
