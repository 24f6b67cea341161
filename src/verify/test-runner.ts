import { matchesGlob } from 'node:path';
import { splitCommand } from './detect/split-command.ts';

/** How a runner is asked for some of its tests. Paths are relative to the folder of the check. */
export interface TestRunner {
  readonly name: 'vitest' | 'jest' | 'node' | 'mocha' | 'ava' | 'pytest';
  argvForFiles(files: readonly string[]): string[];
  /** For runners that find out themselves which tests depend on given files. */
  readonly argvForRelated: ((files: readonly string[]) => string[]) | null;
  /** Whether it would run this file by itself: nothing else may be given to it. */
  isTest(path: string): boolean;
}

export interface TestCommand {
  readonly argv: readonly string[];
  /** The text of the script it stands for; null: it is none. */
  readonly script: string | null;
  /** Names in the folder of the check, and whether package.json configures mocha. */
  readonly configuresMocha: boolean;
}

/**
 * The runner of a test command, where it is one plain call of one we know how to narrow. null otherwise: better the whole suite than a run
 * that fails of being narrowed. Coverage is off in narrowed runs, as its thresholds speak about the whole suite.
 */
export function testRunnerOf({ argv, script, configuresMocha }: TestCommand): TestRunner | null {
  const words = script === null ? argv : wordsOf(script);
  const [tool, ...args] = words ?? [];
  if (tool === 'vitest') return vitest(args);
  if (tool === 'jest') return jest(args);
  if (tool === 'node' && args.includes('--test')) return node(args);
  if (tool === 'mocha' && !configuresMocha) return mocha(args);
  if (tool === 'ava') return ava(args);
  const pytestArgs =
    tool === 'pytest'
      ? args
      : /^python3?$/.test(tool ?? '') && args[0] === '-m' && args[1] === 'pytest'
        ? args.slice(2)
        : null;
  return pytestArgs ? pytest(words ?? [], pytestArgs) : null;
}

/** Also with patterns that a shell would expand, in which `**` means what `*` means. */
function wordsOf(script: string): readonly string[] | null {
  const split = splitCommand(script);
  if (split.ok) return split.argv;
  return /^[\w@./=:*-]+(?: [\w@./=:*-]+)*$/.test(script) && !/^\w+=/.test(script)
    ? script.split(' ').map((word) => word.replace(/\*\*+/g, '*'))
    : null;
}

const TEST_NAME = /\.(?:test|spec)\.[cm]?[jt]sx?$/;

function vitest(args: readonly string[]): TestRunner | null {
  const options = args.filter((arg) => !/^(?:run|watch|dev|--watch|-w|--run)$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = [...withoutCoverage(options), '--coverage.enabled=false'];
  return {
    name: 'vitest',
    argvForFiles: (files) => ['vitest', 'run', ...kept, ...files],
    argvForRelated: (files) => ['vitest', 'related', '--run', ...kept, '--passWithNoTests', ...files],
    isTest: (path) => TEST_NAME.test(path),
  };
}

function jest(args: readonly string[]): TestRunner | null {
  const options = args.filter((arg) => !/^--watch(?:All)?(?:=.*)?$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = [...withoutCoverage(options), '--ci', '--coverage=false'];
  return {
    name: 'jest',
    argvForFiles: (files) => ['jest', ...kept, '--runTestsByPath', ...files],
    argvForRelated: (files) => ['jest', ...kept, '--passWithNoTests', '--findRelatedTests', ...files],
    isTest: (path) => TEST_NAME.test(path) || /(?:^|\/)__tests__\/.*\.[jt]sx?$/.test(path),
  };
}

/** https://nodejs.org/api/test.html#running-tests-from-the-command-line, without the `.ts` forms older versions do not run. */
const NODE_TEST =
  /(?:^|\/)(?:[^/]*[.\-_]test|test(?:-[^/]*)?)\.[cm]?js$|(?:^|\/)test\/(?:.*\/)?[^/]+\.[cm]?js$/;
const NODE_VALUES = new Set([
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
  '--conditions',
  '-C',
]);

function node(args: readonly string[]): TestRunner | null {
  const { options, words } = apart(args, NODE_VALUES);
  if (
    options.some((option) =>
      /^(?:--watch|--test-only|--experimental-test-coverage|--test-name-pattern)/.test(option),
    )
  )
    return null;
  const matches = words.length > 0 ? matcherOf(words) : (path: string) => NODE_TEST.test(path);
  return (
    matches && {
      name: 'node',
      argvForFiles: (files) => ['node', ...options, ...files],
      argvForRelated: null,
      isTest: (path) => matches(path) && !isInPackages(path),
    }
  );
}

const MOCHA_VALUES = new Set([
  '--require',
  '-r',
  '--timeout',
  '-t',
  '--reporter',
  '-R',
  '--ui',
  '-u',
  '--slow',
  '-s',
  '--retries',
]);

function mocha(args: readonly string[]): TestRunner | null {
  const { options, words } = apart(args, MOCHA_VALUES);
  if (
    options.some((option) =>
      /^(?:--watch|-w$|--config|--spec|--package|--grep|-g|-f|--fgrep|--forbid|--file)/.test(option),
    )
  )
    return null;
  const own = options.includes('--recursive') ? /^test\/.+\.[cm]?js$/ : /^test\/[^/]+\.[cm]?js$/;
  const matches = words.length > 0 ? matcherOf(words) : (path: string) => own.test(path);
  return (
    matches && {
      name: 'mocha',
      argvForFiles: (files) => ['mocha', ...options, ...files],
      argvForRelated: null,
      isTest: (path) => matches(path) && !isInPackages(path),
    }
  );
}

/** ava runs only those of the given files that its configuration takes for tests. */
function ava(args: readonly string[]): TestRunner | null {
  if (hasPlainWords(args) || args.some((arg) => /^(?:--watch|-w$)/.test(arg))) return null;
  return {
    name: 'ava',
    argvForFiles: (files) => ['ava', ...args, ...files],
    argvForRelated: null,
    isTest: (path) =>
      !isInPackages(path) &&
      (/(?:^|\/)(?:__tests__|tests?)\/|(?:^|\/)test(?:-[^/]*)?\.[cm]?[jt]s$/.test(path) ||
        TEST_NAME.test(path)) &&
      /\.[cm]?[jt]sx?$/.test(path) &&
      !/(?:^|\/)(?:_|helpers|fixtures)/.test(path),
  };
}

function pytest(words: readonly string[], args: readonly string[]): TestRunner | null {
  if (hasPlainWords(args) || args.some((arg) => /^(?:-k|-m|--cov)/.test(arg))) return null;
  return {
    name: 'pytest',
    argvForFiles: (files) => [...words, ...files],
    argvForRelated: null,
    isTest: (path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path),
  };
}

/** A word that is no option is a filter, or the value of an option: either way the call cannot be narrowed safely. */
function hasPlainWords(args: readonly string[]): boolean {
  return args.some((arg) => !arg.startsWith('-'));
}

function withoutCoverage(args: readonly string[]): string[] {
  return args.filter((arg) => !/^--(?:no-)?coverage\b|^--collectCoverage/.test(arg));
}

function apart(args: readonly string[], withValue: ReadonlySet<string>) {
  const options: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-')) words.push(arg);
    else if (withValue.has(arg)) options.push(arg, args[(index += 1)] ?? '');
    else options.push(arg);
  }
  return { options, words };
}

const MOST_PATTERNS = 10;

/** Only plain files and simple patterns: folders mean other things to other versions, and a change may write patterns that never end. */
function matcherOf(words: readonly string[]): ((path: string) => boolean) | null {
  const patterns = words.map((word) => word.replace(/^\.\//, ''));
  const isSimple = (pattern: string) =>
    pattern.length <= 120 &&
    /^[\w@./*-]+$/.test(pattern) &&
    /\.\w+$/.test(pattern) &&
    (pattern.match(/\*+/g) ?? []).length <= 3;
  if (patterns.length > MOST_PATTERNS || !patterns.every(isSimple)) return null;
  return (path) => patterns.some((pattern) => path === pattern || matchesGlob(path, pattern));
}

function isInPackages(path: string): boolean {
  return /(?:^|\/)node_modules\//.test(path);
}
