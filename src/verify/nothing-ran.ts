import type { CheckResult } from '../domain/verdict.ts';
import { toLines } from './parse/plain-text.ts';
import { ranIn } from './test-tally.ts';

/** go and cargo, where a module or crate is neither on the machine nor in the checkout. */
const NO_PACKAGES =
  /\bdial tcp: |: module lookup disabled by GOPROXY=off|^As a reminder, you're using offline mode|\b--offline was specified\b|^error: failed to (?:get `[^`]+` as a dependency|download|load source for dependency)|: missing go\.sum entry|: no required module provides package /;
/** rustup, before any tool of it begins. */
const NO_TOOLCHAIN = /^error: (?:toolchain '[^']+' is not installed|rustup could not choose a version)/;
/** What is compiled as a whole runs no test where it does not compile. */
const NOT_COMPILED = /^error: could not compile `|^FAIL\t\S+ \[(?:build|setup) failed\]$/;

/**
 * Why a failure that the base commit shares says nothing about the change: in Go and Rust nothing at all is looked at before every package
 * is there, and no test runs before all compiles. null: something was looked at.
 */
export function nothingRan(result: CheckResult, before: CheckResult): string | null {
  const why = reasonOf(result);
  if (why === null || reasonOf(before) === null) return null;
  return `${result.check.name}: it fails on the base commit too, and on neither side anything was looked at: ${why}`;
}

/** Whether packages or tools of the machine were missing: it may have them the next time. */
export function lacksPackages({ output }: CheckResult): boolean {
  return toLines(output).some((line) => NO_TOOLCHAIN.test(line) || NO_PACKAGES.test(line));
}

function reasonOf({ check, output, tests }: CheckResult): string | null {
  const lines = toLines(output);
  const has = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  if (has(NO_TOOLCHAIN)) return 'the tool chain it asks for is not on this machine. Install it.';
  if (has(NO_PACKAGES))
    return 'packages are missing, and a check has no network. Fetch those of Go on this machine (go mod download); commit those of Rust (cargo vendor).';
  const ran = tests ? ranIn(tests) : 0;
  if (check.kind === 'test' && ran === 0 && has(NOT_COMPILED))
    return 'the code does not compile, so no test ran. Mend that on the base commit first.';
  return null;
}
