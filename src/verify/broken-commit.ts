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

/** A failed check that no program of the repository took part in. */
export function failedBy(check: Check, problem: Problem): CheckResult {
  const diagnostics = [toDiagnostic(problem, null)];
  return { check, status: 'failed', exitCode: null, durationMs: 0, output: problem.message, diagnostics };
}
