import type { Problem } from '../parse/problem.ts';

const LONGEST_LOCK = 20 * 1024 * 1024;
const LINES_ABOVE = 12;

/**
 * Which package an installer means that only names the hash it wanted (npm does not say more): the entry of the lock file that holds it.
 * null: none does, or more than one package.
 */
export function placeOfIntegrity(
  output: string,
  lock: { readonly path: string; readonly text: string },
): Pick<Problem, 'file' | 'line' | 'symbol'> | null {
  const wanted = /\bwanted (sha(?:1|256|384|512)-[A-Za-z0-9+/]{20,100}={0,2})/.exec(output)?.[1];
  if (!wanted || lock.text.length > LONGEST_LOCK) return null;
  const lines = lock.text.split('\n');
  const found = lines.flatMap((line, index) => (line.includes(wanted) ? [index] : []));
  const names = new Set(found.map((index) => nameAbove(lines, index)));
  const [name] = names;
  const [index] = found;
  if (names.size !== 1 || !name || index === undefined) return null;
  return { file: lock.path, line: index + 1, symbol: name };
}

/** `"node_modules/@scope/name": {` of npm's lock file, the nearest above. */
function nameAbove(lines: readonly string[], index: number): string | null {
  for (let at = index - 1; at >= Math.max(0, index - LINES_ABOVE); at -= 1) {
    const path = /^\s*"(?:[^"]{0,400}\/)?node_modules\/((?:@[^"/]{1,100}\/)?[^"/]{1,100})": \{/.exec(
      lines[at] ?? '',
    )?.[1];
    if (path) return path;
  }
  return null;
}
