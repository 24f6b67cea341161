import type { Check } from '../../domain/verdict.ts';
import { go } from './detectors/go.ts';
import { python } from './detectors/python.ts';
import { rust } from './detectors/rust.ts';
import { nodeTests } from './detectors/test.ts';
import { mendingArgv } from './fix-command.ts';
import { type Detection, type Found, type LeftOut, leftOutOne, nothingFound, together } from './found.ts';
import type { Install } from './install.ts';
import { detectJavaScript, importsCheck } from './javascript.ts';
import { emptyManifest, parseManifest } from './manifest.ts';
import type { PackageManager } from './package-manager.ts';
import type { DetectOptions, Place } from './place.ts';
import { pythonInstall, withoutEnvironment } from './python-environment.ts';
import type { RepositoryFiles } from './repository-files.ts';
import type { Affected, BrokenManifest } from './workspace.ts';

export interface DetectedChecks {
  readonly manager: PackageManager | null;
  readonly install: Install | null;
  /** In the order they run one after the other. */
  readonly checks: readonly Check[];
  /** The repository's own scripts that belong to an installation; they run in each checkout, after its packages are there. */
  readonly lifecycle: readonly Check[];
  readonly warnings: readonly string[];
  /** A package.json, of the root or of a package, is there but cannot be read as JSON. */
  readonly broken: BrokenManifest | null;
  /** Why each check is one, by its name. */
  readonly reasons: ReadonlyMap<string, readonly string[]>;
  readonly leftOut: readonly LeftOut[];
  /** null: no monorepo. */
  readonly workspace: { readonly source: string; readonly total: number; readonly affected: Affected } | null;
}

/**
 * Which checks a repository has (V1, V2), decided from the names of its files and a few texts. Scripts of package.json come before tools
 * that are merely installed. In a monorepo a script of the root is taken for the whole; without one, the packages that the change affects
 * are checked each by itself.
 */
export function detectChecks(files: RepositoryFiles, options: DetectOptions): DetectedChecks {
  const parsed = parseManifest(files.texts.get('package.json'));
  if (parsed.kind === 'broken') {
    const { message, line } = parsed;
    return { ...NOTHING, broken: { file: 'package.json', message, line } };
  }
  const manifest = parsed.kind === 'manifest' ? parsed.manifest : null;
  const others = otherLanguages(files, options);
  const js = manifest
    ? detectJavaScript({ files, manifest, options })
    : { ...NOTHING, detection: withoutManifest({ files, options, hasOthers: others.found.length > 0 }) };
  const all = together([js.detection, others, manifest ? nothingFound : looseManifests(files)]);
  const checks = all.found.map(({ check }) => check);
  return {
    manager: js.manager,
    install: js.install ?? (manifest || others.found.length === 0 ? null : pythonInstallOf(files, options)),
    checks,
    lifecycle: js.lifecycle,
    warnings: [...all.warnings, ...(checks.some(({ kind }) => kind === 'test') ? [] : [NO_TESTS])],
    broken: js.broken,
    reasons: new Map(all.found.map(({ check, reasons }) => [check.name, reasons])),
    leftOut: all.leftOut,
    workspace: js.workspace,
  };
}

const NOTHING: DetectedChecks = {
  manager: null,
  install: null,
  checks: [],
  lifecycle: [],
  warnings: [],
  broken: null,
  reasons: new Map(),
  leftOut: [],
  workspace: null,
};
const NO_TESTS = 'The repository has no tests: nothing shows that the change behaves as it should.';

/** One line each: the table of languages besides JavaScript. */
const LANGUAGES = [
  ['python', python],
  ['go', go],
  ['rust', rust],
] as const;

function pythonInstallOf(files: RepositoryFiles, options: DetectOptions): Install | null {
  const place = rootWithoutManifest(files, options);
  return python(place).found.length > 0 ? pythonInstall(place) : null;
}

function rootWithoutManifest(files: RepositoryFiles, options: DetectOptions): Place {
  const manifest = emptyManifest;
  return { folder: '', files, manifest, rootManifest: manifest, manager: NO_MANAGER, options };
}

const MOST_NAMED = 5;

/** Packages below a root without a package.json: each would need an installation of its own. */
function looseManifests({ names }: RepositoryFiles): Detection {
  const folders = [...names.keys()].filter(
    (folder) => names.get(folder)?.has('package.json') && !/(?:^|\/)node_modules(?:\/|$)/.test(folder),
  );
  const near = folders.filter((folder) => folder.split('/').length <= 2).slice(0, MOST_NAMED);
  const why = 'the root has no package.json that names it as a package; name its checks in runyard.yaml';
  return together(near.map((folder) => leftOutOne(folder, `${folder}/package.json`, why)));
}

/** Names stay unique where a repository has several languages. */
function otherLanguages(files: RepositoryFiles, options: DetectOptions): Detection {
  const place = rootWithoutManifest(files, options);
  const detections = LANGUAGES.map(([language, detector]) => ({ language, detection: detector(place) }));
  const there = detections.filter(({ detection }) => detection.found.length > 0);
  const isOnly = there.length === 1 && !files.texts.has('package.json');
  return together(
    detections.map(({ language, detection }) => ({
      ...detection,
      found: detection.found.map((found) => named(found, isOnly ? null : language)),
    })),
  );
}

const NO_MANAGER: PackageManager = {
  name: 'npm',
  version: null,
  lockFile: null,
  source: '',
  berry: false,
  pnp: false,
};

function named({ check, reasons }: Found, language: string | null): Found {
  const { prefix, call } = withoutEnvironment(check.argv);
  const mends = check.kind === 'lint' || check.kind === 'format' ? mendingArgv(call) : null;
  const fix = check.fix ?? (mends && [...prefix, ...mends]);
  const name = language === null ? check.name : `${check.name} (${language})`;
  return { check: { ...check, name, ...(fix ? { fix } : {}) }, reasons };
}

interface Bare {
  readonly files: RepositoryFiles;
  readonly options: DetectOptions;
  readonly hasOthers: boolean;
}

/** Without a package.json: imports, unless the repository is written in something else, and Node's own tests. */
function withoutManifest({ files, options, hasOthers }: Bare): Detection {
  const hasSources = files.paths.some((path) => /\.[cm]?[jt]sx?$/.test(path));
  const imports = hasOthers && !hasSources ? nothingFound : importsCheck(options);
  return together([imports, nodeTests({ files, folder: '', options })]);
}
