import { posix } from 'node:path';
import type { Check } from '../../domain/verdict.ts';
import { splitCommand } from './split-command.ts';

/** How a runner is asked for the tests of some files only. */
export interface RelatedTests {
  readonly check: Check;
  /** argv of the narrowed run, for files given relative to the root; it runs where the check does. */
  readonly argvFor: (files: readonly string[]) => string[];
}

/** A test check, and how its runner is reached. */
export interface NarrowableTest {
  readonly check: Check;
  /** Text of the script that it is; null: a tool of its own. */
  readonly script: string | null;
  /** In front of tools that only a package manager finds. */
  readonly prefix: readonly string[];
}

/**
 * vitest and jest can find the tests that depend on given files. Only where the test check is one plain call of them, without
 * file filters of its own; coverage is off, as its thresholds speak about the whole suite.
 */
export function relatedTestsOf({ check, script, prefix }: NarrowableTest): RelatedTests | null {
  const split = script === null ? null : splitCommand(script);
  const argv = split ? (split.ok ? split.argv : null) : check.argv.slice(prefix.length);
  const [tool, ...args] = argv ?? [];
  const options = tool === 'vitest' ? vitest(args) : tool === 'jest' ? jest(args) : null;
  if (options === null) return null;
  return {
    check,
    argvFor: (files) => [...prefix, ...options, ...files.map((file) => from(check.folder, file))],
  };
}

/** A path as it is seen from the folder the check runs in. */
function from(folder: string | undefined, file: string): string {
  return folder === undefined ? file : posix.relative(folder, file);
}

function vitest(args: readonly string[]): string[] | null {
  const options = args.filter((arg) => !/^(?:run|watch|dev|--watch|-w|--run)$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = withoutCoverage(options);
  return ['vitest', 'related', '--run', ...kept, '--coverage.enabled=false', '--passWithNoTests'];
}

function jest(args: readonly string[]): string[] | null {
  const options = args.filter((arg) => !/^--watch(?:All)?(?:=.*)?$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = withoutCoverage(options);
  return ['jest', ...kept, '--ci', '--coverage=false', '--passWithNoTests', '--findRelatedTests'];
}

/** A word that is no option is a filter, or the value of an option: either way the call cannot be narrowed safely. */
function hasPlainWords(args: readonly string[]): boolean {
  return args.some((arg) => !arg.startsWith('-'));
}

function withoutCoverage(args: readonly string[]): string[] {
  return args.filter((arg) => !/^--(?:no-)?coverage\b|^--collectCoverage/.test(arg));
}
