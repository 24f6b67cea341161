import { posix } from 'node:path';
import type { Check, CheckResult } from '../domain/verdict.ts';
import { failedBy } from './broken-commit.ts';
import { hasDependency, parseManifest } from './detect/manifest.ts';

export interface CarriedInput {
  readonly baseFiles: readonly string[];
  /** Of the change, deleted ones aside; links count as files. */
  readonly changedFiles: readonly string[];
  /** Texts of the files that `manifestsAround` names, by path. */
  readonly manifests: ReadonlyMap<string, string>;
}

const IN_PACKAGES = /(?:^|\/)node_modules(?:\/|$)/;
/** Deeper ones may be made for tests of resolvers and bundlers. A link may lead to anything. */
const IN_THE_WAY = /^node_modules(?:\/|$)|(?:^|\/)node_modules(?:\/\.bin\/|$)/;
const MOST_NAMED = 5;

/** The package.json files that say which packages the folders around carried ones use. */
export function manifestsAround(changedFiles: readonly string[]): string[] {
  const around = changedFiles.filter((path) => IN_PACKAGES.test(path)).flatMap(foldersAround);
  return [...new Set(around)].map((folder) => posix.join(folder, 'package.json'));
}

/**
 * Packages come from the lock file. Files of node_modules in the commit, `.bin/npm` or `test/node_modules/chai` say, would take the place of
 * what the checks use, so a change must not begin with it; a repository that has always carried its packages may change them, and packages
 * that nobody around depends on may be there for a test. Both are said.
 */
export function carriedPackages(
  input: CarriedInput,
  timeoutMs: number,
): { readonly failure: CheckResult | null; readonly warnings: readonly string[] } {
  const { baseFiles, changedFiles } = input;
  const carried = changedFiles.filter((path) => IN_PACKAGES.test(path));
  if (carried.length === 0) return { failure: null, warnings: [] };
  const known = new Set(baseFiles.flatMap(packageAt));
  const inTheWay = carried.filter((path) => isInTheWay(path, { ...input, known }));
  if (inTheWay.length === 0) {
    const warning = `The change brings or edits packages that checks may use: ${namesOf(carried)}.`;
    return { failure: null, warnings: [warning] };
  }
  const check: Check = {
    name: 'packages',
    kind: 'custom',
    argv: [],
    timeoutMs,
    source: 'files of the commit',
  };
  const failure = failedBy(check, {
    category: 'config_error',
    message: `The commit carries files of node_modules, which checks would use instead of installed packages: ${namesOf(inTheWay)}`,
    file: inTheWay[0] ?? null,
    hint: 'Take node_modules out of the commit, add it to .gitignore, and name packages in package.json and the lock file.',
  });
  return { failure, warnings: [] };
}

function isInTheWay(
  path: string,
  { baseFiles, manifests, known }: CarriedInput & { readonly known: ReadonlySet<string> },
): boolean {
  if (IN_THE_WAY.test(path)) return !baseFiles.some((old) => IN_THE_WAY.test(old));
  const isOld = packageAt(path).some((place) => known.has(place));
  return !isOld && foldersAround(path).some((folder) => declares(folder, nameIn(path), manifests));
}

/** `test/node_modules/@a/b/c.js` is of the package at `test/node_modules/@a/b`. */
function packageAt(path: string): string[] {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path);
  return found ? [found[0]] : [];
}

function nameIn(path: string): string {
  return packageAt(path)[0]?.replace(/^(?:.*\/)?node_modules\//, '') ?? '';
}

function declares(folder: string, name: string, manifests: ReadonlyMap<string, string>): boolean {
  const parsed = parseManifest(manifests.get(posix.join(folder, 'package.json')));
  if (parsed.kind !== 'manifest') return false;
  const { manifest } = parsed;
  return hasDependency(manifest, name) || Object.hasOwn(manifest.peerDependencies, name);
}

/** Folders from the root down to the one that has node_modules. */
function foldersAround(path: string): string[] {
  const parts = path.slice(0, path.search(IN_PACKAGES)).split('/').filter(Boolean);
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

function namesOf(paths: readonly string[]): string {
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
  return `${paths.slice(0, MOST_NAMED).join(', ')}${more}`;
}
