import type { RunyardError } from '../domain/errors/runyard-error.ts';
import type { Check, CheckResult } from '../domain/verdict.ts';
import type { DetectedChecks } from './detect/detect-checks.ts';
import { type Problem, toDiagnostic } from './parse/problem.ts';

/** Nothing can be detected in a repository whose package.json is no JSON; that alone is a failed check. */
export function brokenManifest(
  broken: NonNullable<DetectedChecks['broken']>,
  timeoutMs: number,
): CheckResult {
  const message = `${broken.file} cannot be read: ${broken.message}`;
  const check: Check = { name: 'install', kind: 'install', argv: [], timeoutMs, source: broken.file };
  return failedBy(check, {
    category: 'syntax_error',
    subcategory: 'json',
    message,
    file: broken.file,
    line: broken.line,
  });
}

/** A commit that git cannot lay out is one that nobody can clone. */
export function brokenAttributes(
  { text: { what, why, next } }: RunyardError,
  timeoutMs: number,
): CheckResult {
  const check: Check = { name: 'checkout', kind: 'custom', argv: [], timeoutMs, source: '.gitattributes' };
  return failedBy(check, {
    category: 'git_config',
    message: `The commit cannot be checked out. ${what} ${why}`,
    file: '.gitattributes',
    hint: next,
  });
}

const IN_PACKAGES = /(?:^|\/)node_modules\//;
/** Deeper ones may be made for tests of resolvers and bundlers. */
const IN_THE_WAY = /^node_modules\/|(?:^|\/)node_modules\/\.bin\//;
const MOST_NAMED = 5;

/**
 * Packages come from the lock file. Files of node_modules in the commit, `.bin/npm` say, would take the place of what the checks run, so a
 * change must not begin with it; a repository that has always carried its packages may change them, which is said.
 */
export function carriedPackages(
  { baseFiles, changedFiles }: { baseFiles: readonly string[]; changedFiles: readonly string[] },
  timeoutMs: number,
): { readonly failure: CheckResult | null; readonly warnings: readonly string[] } {
  const carried = changedFiles.filter((path) => IN_PACKAGES.test(path));
  if (carried.length === 0) return { failure: null, warnings: [] };
  const more = carried.length > MOST_NAMED ? ` and ${carried.length - MOST_NAMED} more` : '';
  const named = `${carried.slice(0, MOST_NAMED).join(', ')}${more}`;
  if (baseFiles.some((path) => IN_THE_WAY.test(path)) || !carried.some((path) => IN_THE_WAY.test(path))) {
    return {
      failure: null,
      warnings: [`The change brings or edits packages that checks may use: ${named}.`],
    };
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
    message: `The commit carries files of node_modules, which checks would use instead of installed packages: ${named}`,
    file: carried.find((path) => IN_THE_WAY.test(path)) ?? null,
    hint: 'Take node_modules out of the commit, add it to .gitignore, and name packages in package.json and the lock file.',
  });
  return { failure, warnings: [] };
}

function failedBy(check: Check, problem: Problem): CheckResult {
  const diagnostics = [toDiagnostic(problem, null)];
  return { check, status: 'failed', exitCode: null, durationMs: 0, output: problem.message, diagnostics };
}
