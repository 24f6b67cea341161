import { z } from 'zod';
import type { Check, CheckKind } from '../../domain/verdict.ts';
import { parseJsonc } from './jsonc.ts';
import { hasDependency, type Manifest, parseManifest } from './manifest.ts';
import {
  detectPackageManager,
  type Install,
  installOf,
  type PackageManager,
  runScript,
} from './package-manager.ts';
import { type RelatedTests, relatedTestsOf } from './related-tests.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { watches, withoutWatching } from './watch-mode.ts';

export interface DetectedChecks {
  readonly manager: PackageManager | null;
  readonly install: Install | null;
  /** In the order they run. */
  readonly checks: readonly Check[];
  /** The repository's own scripts that belong to an installation; they run in each checkout, after its packages are there. */
  readonly lifecycle: readonly Check[];
  /** How the test check is narrowed to the tests of changed files; null where its runner cannot. */
  readonly relatedTests: RelatedTests | null;
  readonly warnings: readonly string[];
  /** package.json is there but cannot be read as JSON. */
  readonly broken: { readonly message: string; readonly line: number | null } | null;
}

export interface DetectOptions {
  readonly timeoutMs: number;
  /** Whether a program is on the PATH the checks will have, the repository's own tools aside. */
  readonly hasExecutable: (name: string) => boolean;
}

/**
 * Which checks a repository has (V1, V2), decided from its root alone: in a monorepo the root's scripts are taken for the whole,
 * the packages' own scripts are not looked for. Scripts of package.json come before tools that are merely installed.
 */
export function detectChecks(files: RepositoryFiles, options: DetectOptions): DetectedChecks {
  const parsed = parseManifest(files.texts['package.json']);
  if (parsed.kind === 'broken') return { ...NOTHING, broken: { message: parsed.message, line: parsed.line } };
  if (parsed.kind === 'none') return withoutManifest(files, options);
  const { manifest } = parsed;
  const context: Context = { files, manifest, manager: detectPackageManager(files, manifest), options };
  const parts = [typecheck(context), lint(context), build(context), importsPart(options), test(context)];
  const checks = parts.flatMap((part) => (part.check ? [part.check] : []));
  const testCheck = checks.find((check) => check.kind === 'test') ?? null;
  return {
    manager: context.manager,
    install: installOf(context.manager, { files, manifest, hasExecutable: options.hasExecutable }),
    checks,
    lifecycle: lifecycle(context),
    relatedTests: testCheck ? relatedTestsOf(testCheck, manifest.scripts['test'] ?? null) : null,
    warnings: [
      ...parts.flatMap((part) => (part.warning ? [part.warning] : [])),
      ...monorepoWarning(files, manifest),
    ],
    broken: null,
  };
}

const NOTHING: DetectedChecks = {
  manager: null,
  install: null,
  checks: [],
  lifecycle: [],
  relatedTests: null,
  warnings: [],
  broken: null,
};
const NO_TESTS = 'The repository has no tests: nothing shows that the change behaves as it should.';

interface Context {
  readonly files: RepositoryFiles;
  readonly manifest: Manifest;
  readonly manager: PackageManager;
  readonly options: DetectOptions;
}

interface Part {
  readonly check: Check | null;
  readonly warning: string | null;
}

const NO_PART: Part = { check: null, warning: null };

function withoutManifest(files: RepositoryFiles, options: DetectOptions): DetectedChecks {
  const tests = nodeTests(files, options.timeoutMs);
  const checks = [importsPart(options).check, tests].filter((check) => check !== null);
  return { ...NOTHING, checks, warnings: tests ? [] : [NO_TESTS] };
}

const LONGEST_LOOK_AT_IMPORTS_MS = 120_000;

function importsPart(options: DetectOptions): Part {
  const timeoutMs = Math.min(options.timeoutMs, LONGEST_LOOK_AT_IMPORTS_MS);
  return {
    check: { name: 'imports', kind: 'imports', argv: [], timeoutMs, source: 'runyard' },
    warning: null,
  };
}

/** `preinstall` is left out: it guards the choice of a package manager, and that was made. */
const LIFECYCLE_SCRIPTS = ['install', 'postinstall', 'prepare'];

function lifecycle({ manifest, manager, options }: Context): Check[] {
  return LIFECYCLE_SCRIPTS.filter((name) => manifest.scripts[name] !== undefined).map((name) => ({
    name: `install:${name}`,
    kind: 'install',
    argv: runScript(manager, name, options.hasExecutable),
    timeoutMs: options.timeoutMs,
    source: `package.json scripts.${name}`,
  }));
}

const TYPECHECK_SCRIPTS = [
  'typecheck',
  'type-check',
  'check-types',
  'check:types',
  'types:check',
  'ts:check',
  'tsc',
];

function typecheck(context: Context): Part {
  const { files, manifest } = context;
  const script = TYPECHECK_SCRIPTS.find((name) => manifest.scripts[name] !== undefined);
  if (script) return scriptPart(context, { kind: 'typecheck', script });
  if (!hasDependency(manifest, 'typescript') || !files.names.includes('tsconfig.json')) return NO_PART;
  const argv = isSolution(files.texts['tsconfig.json'])
    ? ['tsc', '--build']
    : ['tsc', '--noEmit', '-p', 'tsconfig.json'];
  return toolPart(context, { kind: 'typecheck', argv, source: 'tsconfig.json' });
}

const solution = z.object({
  files: z.array(z.unknown()).length(0),
  references: z.array(z.unknown()).min(1),
  include: z.undefined().optional(),
});

/** A tsconfig.json that only refers to others: `tsc -p` on it would check nothing and pass. */
function isSolution(text: string | undefined): boolean {
  return text !== undefined && solution.safeParse(parseJsonc(text)).success;
}

function lint(context: Context): Part {
  const { files, manifest } = context;
  if (manifest.scripts['lint'] !== undefined) return scriptPart(context, { kind: 'lint', script: 'lint' });
  const has = (pattern: RegExp) => files.names.find((name) => pattern.test(name));
  const eslint =
    has(/^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.\w+)?)$/) ??
    (manifest.eslintConfig ? 'package.json eslintConfig' : undefined);
  if (eslint && hasDependency(manifest, 'eslint'))
    return toolPart(context, { kind: 'lint', argv: ['eslint', '.'], source: eslint });
  const biome = has(/^\.?biome\.jsonc?$/);
  if (biome && hasDependency(manifest, '@biomejs/biome')) {
    return toolPart(context, { kind: 'lint', argv: ['biome', 'lint', '.'], source: biome });
  }
  if (!hasDependency(manifest, 'oxlint')) return NO_PART;
  return toolPart(context, {
    kind: 'lint',
    argv: ['oxlint'],
    source: has(/^(?:\.oxlintrc\.jsonc?|oxlint\.config\.\w+)$/) ?? 'package.json',
  });
}

function build(context: Context): Part {
  if (context.manifest.scripts['build'] === undefined) return NO_PART;
  return scriptPart(context, { kind: 'build', script: 'build' });
}

const TEST_SCRIPTS_THAT_END = ['test:ci', 'test:run', 'test:once', 'test:unit'];

function test(context: Context): Part {
  const { files, manifest } = context;
  const script = manifest.scripts['test'];
  const isPlaceholder =
    script !== undefined && /no test specified|^\s*exit [01]\s*$|^\s*true\s*$|^\s*:?\s*$/.test(script);
  if (script !== undefined && !isPlaceholder) {
    const ends = watches(script)
      ? TEST_SCRIPTS_THAT_END.find(
          (name) => manifest.scripts[name] !== undefined && !watches(manifest.scripts[name] ?? ''),
        )
      : undefined;
    return scriptPart(context, { kind: 'test', script: ends ?? 'test' });
  }
  const [tool, argv] = testTool(manifest) ?? [null, null];
  if (tool) return toolPart(context, { kind: 'test', argv, source: `package.json (${tool})` });
  const native = nodeTests(files, context.options.timeoutMs);
  return native ? { check: native, warning: null } : { check: null, warning: NO_TESTS };
}

function testTool(manifest: Manifest): [string, string[]] | null {
  if (hasDependency(manifest, 'vitest')) return ['vitest', ['vitest', 'run']];
  if (hasDependency(manifest, 'jest')) return ['jest', ['jest', '--ci']];
  return hasDependency(manifest, 'mocha') ? ['mocha', ['mocha']] : null;
}

function nodeTests({ nodeTestFiles }: RepositoryFiles, timeoutMs: number): Check | null {
  const [first] = nodeTestFiles;
  return first ? { name: 'test', kind: 'test', argv: ['node', '--test'], timeoutMs, source: first } : null;
}

function scriptPart(context: Context, { kind, script }: { kind: CheckKind; script: string }): Part {
  const { manifest, manager, options } = context;
  const plan = withoutWatching(script, manifest.scripts[script] ?? '');
  const argv = plan.argv ? [...plan.argv] : runScript(manager, script, options.hasExecutable);
  const check = {
    name: kind,
    kind,
    argv,
    timeoutMs: options.timeoutMs,
    source: `package.json scripts.${script}`,
  };
  return { check, warning: plan.warning };
}

function toolPart(
  { options }: Context,
  { kind, argv, source }: { kind: CheckKind; argv: string[]; source: string },
): Part {
  return { check: { name: kind, kind, argv, timeoutMs: options.timeoutMs, source }, warning: null };
}

function monorepoWarning(files: RepositoryFiles, manifest: Manifest): string[] {
  const isMonorepo = manifest.workspaces !== undefined || files.names.includes('pnpm-workspace.yaml');
  return isMonorepo ? ['This is a monorepo: only the scripts of its root are run as checks.'] : [];
}
