import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type RunyardError, runyardError } from '../domain/errors/runyard-error.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { isWithin } from './sandbox-host.ts';
import { similarNames } from './similar-names.ts';

export interface WorkspacePath {
  /** Absolute, every link resolved; inside the workspace. */
  readonly absolute: string;
  /** Relative to the workspace, with forward slashes; `.` for the workspace itself. */
  readonly relative: string;
  readonly exists: boolean;
}

export interface ResolveOptions {
  /** false: the path is going to be made, so only its closest existing parent has to be inside. */
  readonly mustExist?: boolean;
}

/**
 * A path an agent names, made safe: nothing outside the workspace is reached, by `..`, an absolute path or a symbolic link. A path that
 * is not there comes back with similar ones; one that differs only in case is taken as meant, if there is exactly one.
 */
export function resolveInside(
  root: string,
  path: string,
  { mustExist = true }: ResolveOptions = {},
): Result<WorkspacePath, RunyardError> {
  if (path.includes('\0')) return outside(path, 'A path cannot hold a NUL character.');
  const realRoot = realpathSync(root);
  const wanted = resolve(realRoot, isWithin(path, root) ? relative(root, path) : path);
  if (!isWithin(wanted, realRoot)) return outside(path, 'It leads out of the workspace.');
  if (isGitInternal(relative(realRoot, wanted))) return outside(path, 'The folder .git is not for editing.');
  const found = closestExisting(wanted);
  if (!isWithin(found.real, realRoot))
    return outside(path, 'It leads out of the workspace through a symbolic link.');
  if (found.rest.length === 0) return ok(describe(found.real, realRoot, true));
  if (leadsNowhere(found)) return outside(path, 'A symbolic link on the way leads nowhere.');
  if (!mustExist) return ok(describe(join(found.real, ...found.rest), realRoot, false));
  return missing(path, found, realRoot);
}

function outside(path: string, detail: string): Result<WorkspacePath, RunyardError> {
  return err(runyardError('process.path-outside-workspace', { path, detail }));
}

function isGitInternal(path: string): boolean {
  return path.split(sep)[0]?.toLowerCase() === '.git';
}

function describe(absolute: string, realRoot: string, exists: boolean): WorkspacePath {
  const inside = relative(realRoot, absolute).split(sep).join('/');
  return { absolute, relative: inside === '' ? '.' : inside, exists };
}

interface Existing {
  readonly real: string;
  /** The names below `real` that are not there. */
  readonly rest: readonly string[];
}

/** A dangling link counts as not there, and its target is not followed: `real` is then the folder it stands in. */
function closestExisting(path: string): Existing {
  try {
    return { real: realpathSync(path), rest: [] };
  } catch {
    const parent = closestExisting(dirname(path));
    return { real: parent.real, rest: [...parent.rest, basename(path)] };
  }
}

/** A link whose target is not there: writing to it would make a file wherever it points. */
function leadsNowhere({ real, rest }: Existing): boolean {
  const next = lstatSync(join(real, rest[0] ?? ''), { throwIfNoEntry: false });
  return next?.isSymbolicLink() ?? false;
}

function missing(
  path: string,
  { real, rest }: Existing,
  realRoot: string,
): Result<WorkspacePath, RunyardError> {
  const inAnyCase = followIgnoringCase(real, rest);
  if (inAnyCase !== null && isWithin(inAnyCase, realRoot)) return ok(describe(inAnyCase, realRoot, true));
  return err(runyardError('process.path-not-found', { path, suggestions: suggest(real, rest, realRoot) }));
}

/** The one path that differs from the wanted one only in case; null when there is none, or more than one. */
function followIgnoringCase(folder: string, rest: readonly string[]): string | null {
  let current = folder;
  for (const name of rest) {
    const matches = namesIn(current).filter((entry) => entry.toLowerCase() === name.toLowerCase());
    const [match] = matches;
    if (match === undefined || matches.length > 1) return null;
    current = join(current, match);
  }
  try {
    return realpathSync(current);
  } catch {
    return null;
  }
}

const MOST_SUGGESTIONS = 5;
const MOST_FOLDERS_SEARCHED = 2000;
const NOT_SEARCHED = new Set(['.git', 'node_modules']);

/** Similar names in the folder the path leads to, and the same file name anywhere else in the workspace. */
function suggest(folder: string, rest: readonly string[], realRoot: string): string[] {
  const [missingName = ''] = rest;
  const fileName = rest.at(-1) ?? missingName;
  const near = similarNames(missingName, namesIn(folder)).map((name) => join(folder, name));
  const elsewhere = findByName(realRoot, fileName.toLowerCase());
  const shown = [...elsewhere, ...near].map((path) => describe(path, realRoot, true).relative);
  return [...new Set(shown)].slice(0, MOST_SUGGESTIONS);
}

function findByName(root: string, lowerCaseName: string): string[] {
  const found: string[] = [];
  const open = [root];
  for (let i = 0; i < open.length && i < MOST_FOLDERS_SEARCHED && found.length < MOST_SUGGESTIONS; i += 1) {
    const folder = open[i] ?? root;
    for (const entry of entriesIn(folder)) {
      if (entry.name.toLowerCase() === lowerCaseName) found.push(join(folder, entry.name));
      if (entry.isDirectory() && !NOT_SEARCHED.has(entry.name)) open.push(join(folder, entry.name));
    }
  }
  return found;
}

function namesIn(folder: string): string[] {
  return entriesIn(folder).map(({ name }) => name);
}

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
