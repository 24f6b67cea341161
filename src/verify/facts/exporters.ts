import { dirname } from 'node:path';
import { readSourceModule } from '../imports/source-module.ts';
import type { Project } from './project.ts';
import { safePaths } from './words.ts';

const MOST_FILES = 3;
const MOST_READ = 1_500;
const MOST_SORTED = 20_000;
const MADE = /(?:^|\/)(?:node_modules|dist|build)\//;
const SCRIPT = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;
/** By the ending of the file: how a name that others may use is declared. */
const DECLARED: readonly (readonly [RegExp, (name: string) => RegExp])[] = [
  [/\.py$/, (name) => new RegExp(`^(?:async )?(?:def|class) ${name}\\b|^${name}\\s*[:=]`, 'm')],
  [/\.go$/, (name) => new RegExp(`^(?:func|type|var|const) (?:\\([^)\\n]{0,80}\\) )?${name}\\b`, 'm')],
  [
    /\.rs$/,
    (name) =>
      new RegExp(
        `^\\s{0,8}pub(?:\\([a-z]+\\))? (?:async )?(?:fn|struct|enum|trait|const|type|mod) ${name}\\b`,
        'm',
      ),
  ],
];

/** Where in the repository a name is exported, the nearest file first; null: nowhere that was looked. */
export function exportersOf(
  name: string,
  { project, near }: { readonly project: Project; readonly near: string | null },
): string | null {
  if (!/^[A-Za-z_$][\w$]{0,79}$/.test(name)) return null;
  const matches = matcherFor(near);
  const found: string[] = [];
  let read = 0;
  const candidates = project.files.filter(
    (path) => path !== near && matches.file.test(path) && !MADE.test(path),
  );
  for (const path of byNearness(candidates.slice(0, MOST_SORTED), near)) {
    if (found.length >= MOST_FILES || read >= MOST_READ || !project.hasTime()) break;
    read += 1;
    const text = project.readText(path);
    if (text?.includes(name) && matches.exports(path, text, name)) found.push(path);
  }
  const shown = safePaths(found);
  return shown.length > 0 ? `${name} is exported by ${shown.join(', ')}.` : null;
}

interface Matcher {
  readonly file: RegExp;
  exports(path: string, text: string, name: string): boolean;
}

function matcherFor(near: string | null): Matcher {
  const language = DECLARED.find(([file]) => near !== null && file.test(near));
  if (language) {
    const [file, pattern] = language;
    return { file, exports: (_path, text, name) => pattern(name.replaceAll('$', '\\$')).test(text) };
  }
  return {
    file: SCRIPT,
    exports: (path, text, name) =>
      /\bexport\b/.test(text) && readSourceModule(path, text).exports?.names.has(name) === true,
  };
}

/** Files in the same folder first, then by how much of the way to the root they share. */
function byNearness(files: readonly string[], near: string | null): readonly string[] {
  if (near === null) return files;
  const parts = dirname(near).split('/');
  const shared = (path: string) => {
    const others = dirname(path).split('/');
    const differs = parts.findIndex((part, index) => part !== others[index]);
    return differs < 0 ? parts.length : differs;
  };
  return files
    .map((path) => ({ path, near: shared(path) }))
    .sort((a, b) => b.near - a.near)
    .map(({ path }) => path);
}
