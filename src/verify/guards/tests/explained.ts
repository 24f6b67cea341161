import { lineChanges } from '../lines.ts';
import { folderOf, isSource } from '../paths.ts';
import type { Change, ChangedItem } from '../types.ts';
import { isCommonWord } from './common-words.ts';

const known = new WeakMap<Change, ReadonlySet<string>>();

/**
 * Names that the change took out of the program and put in nowhere: a test of something that is gone may go too. Names that the rest of the
 * changed sources still use are not gone.
 */
export function vanishedNames(change: Change): ReadonlySet<string> {
  const answer = known.get(change);
  if (answer) return answer;
  const sources = sourcesOf(change);
  const removed = sources.flatMap((item) => lineChanges(item).removed);
  const words = removed.flatMap(({ text }) => namesIn(text)).filter((word) => !isCommonWord(word));
  const names = new Set<string>([...declaredIn(removed), ...words]);
  for (const { after } of sources) {
    if (names.size === 0) break;
    for (const word of withoutComments(after).match(/[A-Za-z_$][\w$-]{2,}/g) ?? []) names.delete(word);
  }
  known.set(change, names);
  return names;
}

/** A name that is only talked about is gone. */
function withoutComments(text: string | null): string {
  const lines = (text ?? '').split('\n').filter((line) => !/^\s*(?:\/\/|\/?\*|#(?![\w[!]))/.test(line));
  return lines.join('\n');
}

/**
 * Those of them that the change no longer defines: a test that uses one cannot pass any more. Not where as many new names came, as that is
 * how a renaming looks, which takes nothing away.
 */
export function vanishedDeclarations(change: Change): ReadonlySet<string> {
  const vanished = vanishedNames(change);
  return new Set(
    sourcesOf(change).flatMap((item) => {
      const lines = lineChanges(item);
      const old = declaredIn(lines.removed);
      const fresh = [...declaredIn(lines.added)].filter((name) => !old.has(name));
      const gone = [...old].filter((name) => vanished.has(name));
      return gone.length > fresh.length ? gone : [];
    }),
  );
}

function sourcesOf({ items }: Change): ChangedItem[] {
  return items.filter(({ path, oldPath }) => isSource(path) || isSource(oldPath ?? path));
}

const DECLARATION =
  /\b(?:function\*?|class|const|let|var|interface|type|enum|namespace|def|func|fn|struct|trait)\s+([A-Za-z_$][\w$]{2,})/;
/** A method or a member with a value; control flow has no name before its bracket. */
const MEMBER =
  /^(?:(?:public|private|protected|static|async|readonly|override|get|set|export|default|pub)\s+)*[*#]?([A-Za-z_$][\w$]{2,})\s*(?:\([^()]{0,200}\)[^;()]{0,80}\{|[:=]\s*(?:async\b|function\b|\())/;
const METHOD_OF_GO = /^func \([^()]{0,100}\)\s*([A-Za-z_]\w{2,})/;

function declaredIn(lines: readonly { readonly text: string }[]): Set<string> {
  const names = lines.flatMap(({ text }) => {
    const line = text.slice(0, 400);
    const name = (METHOD_OF_GO.exec(line) ?? DECLARATION.exec(line) ?? MEMBER.exec(line))?.[1];
    return name === undefined || /^(?:if|for|while|switch|catch|with|return|else)$/.test(name) ? [] : [name];
  });
  return new Set(names);
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
