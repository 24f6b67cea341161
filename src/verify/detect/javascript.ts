import type { Check } from '../../domain/verdict.ts';
import { build } from './detectors/build.ts';
import { format } from './detectors/format.ts';
import { compositeCheck, lint } from './detectors/lint.ts';
import { test } from './detectors/test.ts';
import { typecheck } from './detectors/typecheck.ts';
import { entriesOf } from './entries.ts';
import { fixCommand } from './fix-command.ts';
import { type Detection, type Found, foundOne, together } from './found.ts';
import { type Install, installOf } from './install.ts';
import type { Manifest } from './manifest.ts';
import { inMonorepo } from './monorepo.ts';
import { emits, withNeeds } from './needs.ts';
import { withNxTargets } from './nx.ts';
import { detectPackageManager, type PackageManager, runScript } from './package-manager.ts';
import { checkOf, type DetectOptions, type Detector, type Place, pathIn } from './place.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { isPlaceholder } from './script.ts';
import { type Affected, affectedPackages, type BrokenManifest, findWorkspace } from './workspace.ts';

/** The table of detectors, in the order their checks run. */
export const detectors: readonly Detector[] = [typecheck, lint, format, build, test];

export interface JavaScript {
  readonly manager: PackageManager;
  readonly install: Install | null;
  readonly detection: Detection;
  readonly lifecycle: readonly Check[];
  readonly broken: BrokenManifest | null;
  readonly workspace: { readonly source: string; readonly total: number; readonly affected: Affected } | null;
}

export interface JavaScriptInput {
  readonly files: RepositoryFiles;
  readonly manifest: Manifest;
  readonly options: DetectOptions;
}

/** Everything about a repository with a package.json in its root. */
export function detectJavaScript({ files, manifest, options }: JavaScriptInput): JavaScript {
  const manager = detectPackageManager(files, manifest);
  const found = findWorkspace(files, manifest);
  const workspace = found && found.packages.length > 0 ? found : null;
  const { hasExecutable } = options;
  const install = installOf(manager, { files, manifest, isMonorepo: workspace !== null, hasExecutable });
  const willRun = usableManager(manager, install, options);
  const root: Place = { folder: '', files, manifest, rootManifest: manifest, manager: willRun, options };
  const affected = workspace && affectedPackages(workspace, options.changedFiles ?? null);
  const detected =
    workspace && affected
      ? inMonorepo({ root, workspace, affected, detectors })
      : { detection: together(detectors.map((detect) => detect(root))), places: [root] };
  const detection = withNxTargets(detected.detection, root);
  const places: Places = new Map(detected.places.map((place) => [place.folder, place]));
  const mending = detection.found.map((one) => withFix(one, placeOf(one.check, places)));
  const all = withImports(mending, options);
  const checks = workspace ? amongPackages(all, places) : alone(all, root);
  return {
    manager,
    install,
    detection: { ...together([detection, compositeCheck(root)]), found: checks },
    lifecycle: detected.places.flatMap((place) => lifecycleOf(place)),
    broken: found?.broken ?? null,
    workspace: workspace &&
      affected && { source: workspace.source, total: workspace.packages.length, affected },
  };
}

/** By folder. */
type Places = ReadonlyMap<string, Place>;

/** Runs scripts: the repository's own manager, unless it will not be there; npm runs scripts of most of them as well. */
function usableManager(
  manager: PackageManager,
  install: Install | null,
  options: DetectOptions,
): PackageManager {
  const isBrought = install?.brings !== undefined && options.installs !== false;
  return options.hasExecutable(manager.name) || isBrought || manager.berry
    ? manager
    : { ...manager, name: 'npm' };
}

function placeOf({ folder = '' }: Check, places: Places): Place | undefined {
  return places.get(folder);
}

function withFix({ check, reasons }: Found, place: Place | undefined): Found {
  const fix = place ? fixCommand(place, check) : null;
  return { check: fix ? { ...check, fix } : check, reasons };
}

function alone(found: readonly Found[], root: Place): Found[] {
  const facts = { manifest: root.manifest, entries: entriesOf(root), upstream: [] };
  const checks = withNeeds(
    found.map(({ check }) => check),
    facts,
  );
  return found.map((one, index) => ({ ...one, check: checks[index] ?? one.check }));
}

/** Needs of packages are known; the look at imports concerns all of them. */
function amongPackages(found: readonly Found[], places: Places): Found[] {
  const makesFiles = found.some(({ check }) => {
    const manifest = placeOf(check, places)?.manifest;
    return check.kind === 'build' || (manifest !== undefined && emits(check, manifest));
  });
  return found.map((one) =>
    one.check.kind === 'imports' && !makesFiles ? { ...one, check: { ...one.check, needs: [] } } : one,
  );
}

const LONGEST_LOOK_AT_IMPORTS_MS = 120_000;

export function importsCheck(options: DetectOptions): Detection {
  const timeoutMs = Math.min(options.timeoutMs, LONGEST_LOOK_AT_IMPORTS_MS);
  const check: Check = { name: 'imports', kind: 'imports', argv: [], timeoutMs, source: 'runyard' };
  return foundOne(check, 'Runyard itself looks whether the imports of changed files lead somewhere');
}

/** After what may make the files that are imported, before the tests. */
function withImports(found: readonly Found[], options: DetectOptions): Found[] {
  const tests = found.filter(({ check }) => check.kind === 'test');
  const before = found.filter(({ check }) => check.kind !== 'test');
  return [...before, ...importsCheck(options).found, ...tests];
}

/** `preinstall` is left out: it guards the choice of a package manager, and that was made. */
const LIFECYCLE_SCRIPTS = ['install', 'postinstall', 'prepare'];

function lifecycleOf(place: Place): Check[] {
  const { folder, manifest, manager, options } = place;
  return LIFECYCLE_SCRIPTS.filter((name) => !isPlaceholder(manifest.scripts[name] ?? '')).map((name) => ({
    ...checkOf(
      { folder, options },
      {
        kind: 'install',
        argv: runScript(manager, name),
        source: `${pathIn(folder, 'package.json')} scripts.${name}`,
      },
    ),
    name: folder === '' ? `install:${name}` : `install:${name} (${folder})`,
  }));
}
