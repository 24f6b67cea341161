import type { Check } from '../../domain/verdict.ts';
import { splitCommand } from './split-command.ts';

/** How a runner is asked for the tests of some files only. */
export interface RelatedTests {
  readonly check: Check;
  /** argv of the narrowed run, for files given relative to the root. */
  readonly argvFor: (files: readonly string[]) => string[];
}

/**
 * vitest and jest can find the tests that depend on given files. Only where the test check is one plain call of them, without
 * file filters of its own; coverage is off, as its thresholds speak about the whole suite.
 */
export function relatedTestsOf(check: Check, script: string | null): RelatedTests | null {
  const split = check.source === 'package.json scripts.test' && script !== null ? splitCommand(script) : null;
  const argv = split ? (split.ok ? split.argv : null) : check.argv;
  const [tool, ...args] = argv ?? [];
  if (tool === 'vitest') return vitest(check, args);
  if (tool === 'jest') return jest(check, args);
  return null;
}

function vitest(check: Check, args: readonly string[]): RelatedTests | null {
  const options = args.filter((arg) => !/^(?:run|watch|dev|--watch|-w|--run)$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = withoutCoverage(options);
  return {
    check,
    argvFor: (files) => [
      'vitest',
      'related',
      '--run',
      ...kept,
      '--coverage.enabled=false',
      '--passWithNoTests',
      ...files,
    ],
  };
}

function jest(check: Check, args: readonly string[]): RelatedTests | null {
  const options = args.filter((arg) => !/^--watch(?:All)?(?:=.*)?$/.test(arg));
  if (hasPlainWords(options)) return null;
  const kept = withoutCoverage(options);
  return {
    check,
    argvFor: (files) => [
      'jest',
      ...kept,
      '--ci',
      '--coverage=false',
      '--passWithNoTests',
      '--findRelatedTests',
      ...files,
    ],
  };
}

/** A word that is no option is a filter, or the value of an option: either way the call cannot be narrowed safely. */
function hasPlainWords(args: readonly string[]): boolean {
  return args.some((arg) => !arg.startsWith('-'));
}

function withoutCoverage(args: readonly string[]): string[] {
  return args.filter((arg) => !/^--(?:no-)?coverage\b|^--collectCoverage/.test(arg));
}
