import { join } from 'node:path/posix';
import { evidenceOf } from './lines.ts';
import { belongsToTests, folderOf, isScript, isTestFile } from './paths.ts';
import type { Change, ChangedItem, Suspicion } from './types.ts';

const IMPORTS = /\b(?:from|import|require\s*\(|import\s*\()\s*['"](\.{1,2}(?:\/[^'"\n]{0,300})?)['"]/g;
const HINT = 'Let the test import the code of the program again, not a copy or a stand-in of it.';

/**
 * Tests that now import something of the test suite in place of a file of the program: a copy there passes whatever becomes of the program.
 * Where that file is gone or has another name, the test had to change.
 */
export function swappedImports(change: Change): Suspicion[] {
  const moved = new Set(
    change.items
      .filter(({ kind }) => kind === 'deleted' || kind === 'renamed')
      .map((item) => stemOf(item.oldPath ?? item.path)),
  );
  return change.items.flatMap((item) => {
    if (item.kind !== 'modified' || !isTestFile(item.path) || !isScript(item.path)) return [];
    const [before, after] = [importsOf(item, item.before), importsOf(item, item.after)];
    const isOfProgram = (path: string) => !belongsToTests(`${path}.js`);
    const lost = [...before].filter((path) => isOfProgram(path) && !after.has(path) && !moved.has(path));
    const fresh = [...after].filter((path) => !isOfProgram(path) && !before.has(path));
    if (lost.length === 0 || fresh.length === 0) return [];
    return [suspicionOf(item.path, lost, fresh)];
  });
}

function suspicionOf(file: string, lost: readonly string[], fresh: readonly string[]): Suspicion {
  const named = lost[0] === '' ? 'the package itself' : lost[0];
  return {
    guard: 'weakened-tests',
    weight: 'doubtful',
    message: `${file} no longer imports ${named}, but ${fresh[0]}, which is part of the tests.`,
    file,
    line: null,
    evidence: evidenceOf([...lost.map((path) => `- ${path}`), ...fresh.map((path) => `+ ${path}`)]),
    hint: HINT,
    identity: 'swapped-import',
  };
}

/** Paths from the root without extension, and without `index`, as the same file may be named in each way. */
function importsOf({ path }: ChangedItem, text: string | null): ReadonlySet<string> {
  const folder = folderOf(path);
  return new Set([...(text ?? '').matchAll(IMPORTS)].map(([, name = '']) => stemOf(join(folder, name))));
}

function stemOf(path: string): string {
  return path
    .replace(/^\.?\/?$|\/$/, '')
    .replace(/\.[cm]?[jt]sx?$/, '')
    .replace(/(?:^|\/)index$/, '');
}
