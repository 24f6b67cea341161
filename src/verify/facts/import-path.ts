import { basename, dirname, join, posix } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { closeNames } from '../../lib/closest.ts';
import { packageNameOf } from '../parse/specifier.ts';
import { aliasesOf } from './aliases.ts';
import { foldersAbove, type Project } from './project.ts';
import { safeNames, safePath, safePaths } from './words.ts';

const MOST_FILES = 4;
const ENDING = /(?:\.d)?\.(?:[cm]?[jt]sx?|json|vue|svelte|css|scss)$/;

/** Files the import may mean, with what to write for the first; for a package, the paths it lets in; for an alias, where it leads. */
export function importPathFacts({ file, symbol, message }: Diagnostic, project: Project): string | null {
  const specifier = symbol ?? /["']([^"'\n]{1,200})["']/.exec(message)?.[1] ?? null;
  if (!file || !specifier || !safePath(specifier)) return null;
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(dirname(file), specifier));
    return target.startsWith('..')
      ? 'The path leads out of the repository.'
      : pathFacts(target, { file, specifier, project });
  }
  const alias = aliasFacts(specifier, { file, project });
  return alias ?? packagePaths(specifier, { file, project });
}

interface Place {
  readonly file: string;
  readonly project: Project;
}

function pathFacts(
  target: string,
  { file, specifier, project }: Place & { specifier: string },
): string | null {
  const close = closeFiles(target, project.files);
  const [best] = close;
  if (best === undefined) return null;
  const better = specifierFor(best, { file, specifier });
  const caseOnly = best.toLowerCase() === target.toLowerCase() ? ' (only upper and lower case differ)' : '';
  return `Files close to it: ${close.join(', ')}. For the first, write "${better}"${caseOnly}.`;
}

/** The same path in another case or with an ending, then the same name elsewhere, then similar names in the same folder. */
function closeFiles(target: string, files: readonly string[]): string[] {
  const bare = (path: string) =>
    path
      .replace(ENDING, '')
      .replace(/\/index$/, '')
      .toLowerCase();
  const wanted = bare(target);
  const name = basename(wanted);
  const folder = dirname(target);
  const same = files.filter((path) => bare(path) === wanted);
  const sameName = files.filter((path) => basename(bare(path)) === name);
  const inFolder = files.filter((path) => dirname(path) === folder);
  const byBare = new Map(inFolder.map((path) => [basename(bare(path)), path]));
  const similar = closeNames(name, byBare.keys(), { most: MOST_FILES }).flatMap(
    (key) => byBare.get(key) ?? [],
  );
  const nearest = sameName.toSorted((a, b) => distance(a, target) - distance(b, target));
  return safePaths(new Set([...same, ...nearest, ...similar])).slice(0, MOST_FILES);
}

/** How many folders lie between two paths. */
function distance(path: string, other: string): number {
  return posix.relative(dirname(other), dirname(path)).split('/').length;
}

/** Written as the import was: with an ending if it had one, `.js` for TypeScript where that is the custom. */
function specifierFor(target: string, { file, specifier }: { file: string; specifier: string }): string {
  const given = ENDING.exec(specifier)?.[0];
  const relative = posix.relative(dirname(file), target);
  const path = relative.startsWith('.') ? relative : `./${relative}`;
  const own = ENDING.exec(path)?.[0] ?? '';
  if (!/[jt]sx?$/.test(own)) return path;
  const ending =
    given === undefined
      ? ''
      : /^\.[cm]?js$/.test(given) && /^\.[cm]?tsx?$/.test(own)
        ? own.replace('ts', 'js').replace('jsx', 'js')
        : own;
  const stem = path.slice(0, path.length - own.length);
  return ending === '' && /\/index$/.test(stem) ? stem.slice(0, -'/index'.length) : `${stem}${ending}`;
}

function aliasFacts(specifier: string, { file, project }: Place): string | null {
  const aliases = aliasesOf(project, file);
  for (const { pattern, target, source } of aliases) {
    const [start = '', end = ''] = pattern.split('*');
    if (
      !pattern.includes('*')
        ? specifier !== pattern
        : !(specifier.startsWith(start) && specifier.endsWith(end))
    )
      continue;
    const rest = specifier.slice(start.length, specifier.length - end.length);
    const wanted = posix.normalize(target.replace('*', () => rest));
    if (wanted.startsWith('..')) continue;
    const close = closeFiles(wanted, project.files);
    const near = close.length > 0 ? ` Files close to it: ${close.join(', ')}.` : '';
    return `${source} maps "${pattern}" to "${target}", so it means ${wanted}.${near}`;
  }
  if (!/^(?:[@~]\/|#|\$)/.test(specifier)) return null;
  const known = aliases.map(({ pattern }) => `"${pattern}"`).slice(0, 8);
  const byName = closeFiles(specifier.replace(/^[@~#$]\/?/, ''), project.files);
  const near = byName.length > 0 ? ` Files of that name: ${byName.join(', ')}.` : '';
  return known.length > 0
    ? `No alias fits; the aliases are ${known.join(', ')}.${near}`
    : `The repository defines no alias for such paths.${near}`;
}

/** `pkg/sub` that the package does not let in: the paths it does. */
function packagePaths(specifier: string, { file, project }: Place): string | null {
  const name = packageNameOf(specifier);
  const folder = foldersAbove(file)
    .map((above) => join(above, 'node_modules', name))
    .find((path) => project.readText(join(path, 'package.json')) !== null);
  if (folder === undefined) return null;
  const entries = exportedPaths(project.readText(join(folder, 'package.json')), name);
  if (entries.length > 0) {
    const close = closeNames(specifier, safeNames(entries), { most: 8, withFar: true });
    return `Package ${name} lets in: ${close.join(', ')}.`;
  }
  const files = project
    .namesIn(folder)
    .filter((entry) => /\.[cm]?js$|^[a-z]+$/i.test(entry) && entry !== 'node_modules');
  const close = closeNames(`${name}/x`, safeNames(files.map((entry) => `${name}/${entry}`)), {
    most: 8,
    withFar: true,
  });
  return close.length > 0 ? `Package ${name} has: ${close.join(', ')}.` : null;
}

function exportedPaths(text: string | null, name: string): string[] {
  try {
    const { exports } = JSON.parse(text ?? '{}') as { exports?: unknown };
    if (exports === null || typeof exports !== 'object') return [];
    return Object.keys(exports)
      .filter((key) => key.startsWith('.') && key !== './package.json')
      .map((key) => `${name}${key.slice(1)}`);
  } catch {
    // A package with a broken package.json: no fact.
    return [];
  }
}
