import type { Check, CheckKind } from '../../domain/verdict.ts';
import { type Detection, foundOne, leftOutOne } from './found.ts';
import { hasDependency, type Manifest } from './manifest.ts';
import { type PackageManager, runScript } from './package-manager.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { runsOnce } from './run-once.ts';
import { isPlaceholder } from './script.ts';

/** A folder whose checks are looked for: the root, or a package of a monorepo. */
export interface Place {
  /** '' is the root. */
  readonly folder: string;
  readonly files: RepositoryFiles;
  readonly manifest: Manifest;
  /** Of the root, whose packages every folder can use. */
  readonly rootManifest: Manifest;
  /** Runs the scripts. */
  readonly manager: PackageManager;
  readonly options: DetectOptions;
}

export interface DetectOptions {
  readonly timeoutMs: number;
  /** Whether a program is on the PATH the checks will have, the repository's own tools aside. */
  readonly hasExecutable: (name: string) => boolean;
  /** Paths the change touches, deleted ones too; null: not known, so every package is looked at. */
  readonly changedFiles?: readonly string[] | null;
  /** Whether packages will be installed; default: yes. */
  readonly installs?: boolean;
}

/** A detector: pure, and about one kind of check or one language. */
export type Detector = (place: Place) => Detection;

export function namesIn({ files, folder }: Place): ReadonlySet<string> {
  return files.names.get(folder) ?? new Set();
}

/** The first file of the folder whose name matches. */
export function fileLike(place: Place, pattern: RegExp): string | null {
  for (const name of namesIn(place)) if (pattern.test(name)) return name;
  return null;
}

export function textOf({ files, folder }: Place, name: string): string | undefined {
  return files.texts.get(pathIn(folder, name));
}

export function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Named in the folder's package.json, or in the root's, whose tools packages can call. */
export function hasTool({ manifest, rootManifest }: Place, name: string): boolean {
  return hasDependency(manifest, name) || hasDependency(rootManifest, name);
}

/** `test`, or in a package `test (packages/a)`. */
export function checkName(kind: string, folder: string): string {
  return folder === '' ? kind : `${kind} (${folder})`;
}

/** `package.json scripts.test`. */
export function scriptSource({ folder }: Place, script: string): string {
  return `${pathIn(folder, 'package.json')} scripts.${script}`;
}

/** The script a check runs; null: it is none. */
export function scriptOf({ source }: Pick<Check, 'source'>): string | null {
  const mark = 'package.json scripts.';
  const at = source.lastIndexOf(mark);
  return at === -1 ? null : source.slice(at + mark.length);
}

export interface ScriptCheck {
  readonly kind: CheckKind;
  readonly script: string;
  /** Besides that there is such a script. */
  readonly reason?: string;
}

/** A script of package.json as a check, run once and without mending anything. */
export function scriptCheck(place: Place, { kind, script, reason }: ScriptCheck): Detection {
  const { manifest, manager } = place;
  const text = manifest.scripts[script] ?? '';
  const source = scriptSource(place, script);
  if (isPlaceholder(text)) return leftOutOne(script, source, `it only says "${shortened(text)}"`);
  const once = runsOnce(place.folder === '' ? script : `${script}" of "${place.folder}`, text);
  const argv = once.argv ? toolArgv(place, once.argv) : runScript(manager, script);
  const found = foundOne(
    checkOf(place, { kind, argv, source }),
    `${pathIn(place.folder, 'package.json')} has the script "${script}": ${shortened(text)}`,
    ...(reason === undefined ? [] : [reason]),
  );
  return { ...found, warnings: once.warning === null ? [] : [once.warning] };
}

export interface ToolCheck {
  readonly kind: CheckKind;
  readonly argv: readonly string[];
  /** A file of the folder. */
  readonly source: string;
  readonly reason: string;
}

/** A tool of the repository's packages as a check. */
export function toolCheck(place: Place, { kind, argv, source, reason }: ToolCheck): Detection {
  const where = pathIn(place.folder, source);
  return foundOne(checkOf(place, { kind, argv: toolArgv(place, argv), source: where }), reason);
}

/** With Plug'n'Play only yarn knows where a tool is. */
export function toolArgv({ manager }: Place, argv: readonly string[]): string[] {
  return manager.pnp && argv[0] !== 'node' ? ['yarn', 'run', ...argv] : [...argv];
}

export function checkOf(
  { folder, options }: Pick<Place, 'folder' | 'options'>,
  { kind, argv, source }: { kind: CheckKind; argv: readonly string[]; source: string },
): Check {
  return {
    name: checkName(kind, folder),
    kind,
    argv: [...argv],
    timeoutMs: options.timeoutMs,
    source,
    ...(folder === '' ? {} : { folder }),
  };
}

const LONGEST_SHOWN = 100;

export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}...` : line;
}
