import { posix } from 'node:path';
import { type Check, type CheckResult, type Diagnostic, nameOfPart } from '../domain/verdict.ts';
import type { CheckTree } from './check-tree.ts';
import type { CommitTree } from './commit-tree.ts';
import { parseManifest } from './detect/manifest.ts';
import { toLines } from './parse/plain-text.ts';
import type { ImportsLook } from './run-imports.ts';
import { type TestRunner, testRunnerOf } from './test-runner.ts';

/** A run of some tests of a check, and the same on the base commit; null there: it has none of them. */
export interface Selection {
  readonly check: Check;
  readonly onBase: Check | null;
}

export interface SelectionContext {
  /** The change, laid out. */
  readonly tree: CheckTree;
  readonly changedFiles: readonly string[];
  /** Paths of the base commit. */
  readonly baseFiles: ReadonlySet<string>;
}

const RELATED_TO = /\.(?:[cm]?[jt]sx?|vue|svelte|json|css)$/;
const MOST_CHANGED_FILES = 200;
const MOST_TESTS = 5_000;
const FEWEST_TESTS = 2;
/** Above it, running them first and then everything costs more than it tells early. */
const LARGEST_SHARE = 1 / 2;

/** The runner of a test check, where it can be narrowed. */
async function runnerOf({ kind, argv, folder }: Check, tree: CommitTree): Promise<TestRunner | null> {
  if (kind !== 'test') return null;
  const at = (name: string) => posix.join(folder ?? '.', name);
  const text = await tree.readText(at('package.json'));
  const parsed = parseManifest(text ?? undefined);
  const [tool = '', first, second] = argv;
  const byScript = /^(?:npm|pnpm|yarn|bun)$/.test(tool);
  const name = first === 'run' ? second : first;
  const scripts = parsed.kind === 'manifest' ? parsed.manifest.scripts : {};
  const script = byScript && name !== undefined ? scripts[name] : undefined;
  // What a package manager runs before and after a script would be missing.
  const hasHooks = scripts[`pre${name}`] !== undefined || scripts[`post${name}`] !== undefined;
  if (byScript && (script === undefined || hasHooks || argv.length > (first === 'run' ? 3 : 2))) return null;
  const isMochaFile = /^\.mocharc(?:\.\w+)?$/;
  const configuresMocha =
    tree.files.some(
      ({ path }) =>
        posix.dirname(path) === posix.normalize(folder ?? '.') && isMochaFile.test(posix.basename(path)),
    ) || /"mocha"\s*:\s*\{/.test(text ?? '');
  return testRunnerOf({ argv, script: script ?? null, configuresMocha });
}

/** Asks which tests of a check depend on the changed files; what it answers with null: there are none, or too many of all to tell earlier. */
export type RelatedSearch = (imports: ImportsLook, stop: AbortSignal) => Promise<Selection | null>;

/** The search for the tests of the changed files, which run before the suite (V2); null: there is nothing to search among. */
export async function searchRelated(check: Check, context: SelectionContext): Promise<RelatedSearch | null> {
  const runner = await runnerOf(check, context.tree.tree);
  const files = within(check, context.changedFiles).filter((file) => RELATED_TO.test(file) && isPlain(file));
  if (!runner || files.length === 0 || files.length > MOST_CHANGED_FILES) return null;
  const tests = testsOf(check, runner, context);
  if (tests.length < FEWEST_TESTS || tests.length > MOST_TESTS) return null;
  const named = { ...check, name: nameOfPart(check) };
  return async (imports, stop) => {
    const paths = tests.map((test) => inRepository(check, test));
    const found = await imports.related(paths, stop);
    const related = within(check, found ?? []);
    if (related.length > tests.length * LARGEST_SHARE) return null;
    if (related.length > 0)
      return selectionOf(named, (some) => runner.argvForFiles(some), { files: related, context });
    // An alias only the runner knows may have hidden them.
    const { argvForRelated } = runner;
    return argvForRelated && selectionOf(named, argvForRelated, { files, context });
  };
}

const MOST_FILES_AGAIN = 20;

/** The tests that failed, to be run again; the whole check where they cannot be told apart or are many. */
export async function selectFailed(
  result: CheckResult,
  whole: Check,
  context: SelectionContext,
): Promise<Selection> {
  const name = `${whole.name}:again`;
  const everything = { ...result.check, name };
  const runner = await runnerOf(whole, context.tree.tree);
  if (!runner) return { check: everything, onBase: everything };
  const tests = new Set(testsOf(whole, runner, context));
  const named = [...result.diagnostics.flatMap(fileOf), ...failedFilesIn(result.output)];
  const failed = [...new Set(within(whole, named).concat(named))].filter((file) => tests.has(file));
  if (failed.length === 0 || failed.length > MOST_FILES_AGAIN)
    return { check: everything, onBase: everything };
  return selectionOf({ ...whole, name }, (files) => runner.argvForFiles(files), {
    files: failed.sort(),
    context,
  });
}

function selectionOf(
  check: Check,
  argvFor: (files: readonly string[]) => string[],
  { files, context }: { files: readonly string[]; context: SelectionContext },
): Selection {
  const old = files.filter((file) => context.baseFiles.has(inRepository(check, file)));
  return {
    check: { ...check, argv: argvFor(files) },
    onBase: old.length > 0 ? { ...check, argv: argvFor(old) } : null,
  };
}

function testsOf(check: Check, runner: TestRunner, { tree }: SelectionContext): string[] {
  const paths = tree.tree.files
    .filter(({ type, mode }) => type === 'blob' && mode !== '120000')
    .map(({ path }) => path);
  return within(check, paths).filter((path) => runner.isTest(path) && isPlain(path));
}

/** Those in the folder of a check, as seen from there. */
function within({ folder }: Check, paths: readonly string[]): string[] {
  const prefix = folder && folder !== '.' ? `${posix.normalize(folder).replace(/\/$/, '')}/` : '';
  return paths.flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
}

function inRepository({ folder }: Check, path: string): string {
  return posix.join(folder ?? '.', path);
}

/** A name that a runner could take for an option, a pattern or a regular expression is no name to give it. */
function isPlain(path: string): boolean {
  return /^[\w@][\w@./+ -]*$/.test(path);
}

function fileOf({ file }: Diagnostic): string[] {
  return file === null ? [] : [file];
}

/** Runners head the report of a failed file with its name; a problem itself may name the source it happened in. */
function failedFilesIn(output: string): string[] {
  return toLines(output).flatMap((line) => {
    const found = /^\s*(?:FAIL|❌|test at|FAILED)\s/.test(line) ? /[\w@./+-]+\.(?:[cm]?[jt]sx?|py)\b/g : null;
    return found ? [...line.slice(0, 1_000).matchAll(found)].map(([path]) => path) : [];
  });
}
