import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Check, CheckResult, Diagnostic } from '../domain/verdict.ts';
import { childEnvironment, userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import { runProcess } from '../process/run-process.ts';
import type { ProcessResult } from '../process/types.ts';
import { checkEnvironment } from './check-environment.ts';
import { classify } from './classify/classify.ts';
import { boundedOutput, outputOf } from './output-of.ts';
import { parseOutput } from './parse/parse-output.ts';
import { withoutRoot } from './parse/problem.ts';
import { runImports } from './run-imports.ts';
import { checkSandbox, type VerifyHost } from './sandbox-settings.ts';

export interface CheckPlace {
  readonly checkout: string;
  readonly home: string;
  /** Readable besides what every check may read. */
  readonly readable: readonly string[];
  readonly host: VerifyHost;
  /** Files the change touches and that exist in this tree, for the check of imports. */
  readonly changedFiles: readonly string[];
}

const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Runs one check in the sandbox with the repository's own tools first on the PATH. Throws only when the signal aborts. */
export async function runCheck(check: Check, place: CheckPlace): Promise<CheckResult> {
  if (check.kind === 'imports') return runImports(check, place);
  const { checkout, home, host } = place;
  const policy = checkSandbox(host, [checkout, home]);
  const path = pathFor(checkout, host);
  const [tool, ...args] = check.argv;
  if (tool === undefined) return notRun(check, 'the check has no command');
  if (!hasTool(tool, checkout, path)) {
    return notRun(check, `the program ${tool} is neither in the repository's packages nor on this machine`);
  }
  await mkdir(home, { recursive: true });
  const result = await runProcess({
    argv: [tool, ...args],
    cwd: checkout,
    env: childEnvironment(host.environment, { home, extra: { ...checkEnvironment, PATH: path } }),
    limits: { timeoutMs: check.timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    sandbox: { ...policy, readable: [...policy.readable, ...place.readable] },
    redact: host.redact,
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  return resultOf(check, result, checkout);
}

/** A check that was not run, and why. */
export function notRun(check: Check, why: string): CheckResult {
  return { check, status: 'not-run', exitCode: null, durationMs: 0, output: why, diagnostics: [] };
}

function pathFor(checkout: string, host: VerifyHost): string {
  return `${join(checkout, 'node_modules', '.bin')}:${userPath(host.environment['PATH'])}`;
}

function hasTool(tool: string, checkout: string, path: string): boolean {
  const place = tool.includes('/') && !isAbsolute(tool) ? join(checkout, tool) : tool;
  return findExecutable(place, path) !== null;
}

function resultOf(check: Check, result: ProcessResult, root: string): CheckResult {
  const text = outputOf(result);
  const base = {
    check,
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    output: boundedOutput(withoutRoot(text, root)),
  };
  switch (result.cause) {
    case 'timed-out':
    case 'silent':
    case 'no-first-output':
      return { ...base, status: 'timed-out', diagnostics: parseOutput(text, root).filter(isError) };
    case 'not-started':
      return { ...base, status: 'not-run', output: result.error?.what ?? text, diagnostics: [] };
    case 'stopped':
    case 'signalled':
    case 'exited':
      return result.error ? failed(base, text, root) : passed(base, text, root);
  }
}

type Base = Omit<CheckResult, 'status' | 'diagnostics'>;

/** A pass keeps what a linter warns of; other tools' output would only be guessed at. */
function passed(base: Base, text: string, root: string): CheckResult {
  const warnings =
    base.check.kind === 'lint' ? parseOutput(text, root).filter((found) => !isError(found)) : [];
  return { ...base, status: 'passed', diagnostics: warnings };
}

function failed(base: Base, text: string, root: string): CheckResult {
  const diagnostics = parseOutput(text, root);
  const { kind, name } = base.check;
  // Warnings do not fail a lint check, whatever limit of warnings its script sets (V1).
  const onlyWarnings =
    kind === 'lint' && base.exitCode === 1 && diagnostics.length > 0 && !diagnostics.some(isError);
  if (onlyWarnings) return { ...base, status: 'passed', diagnostics };
  if (
    base.exitCode === 127 &&
    classify({ text, exitCode: 127, tool: name, root }).category === 'missing_tool'
  ) {
    return { ...base, status: 'not-run', diagnostics: [] };
  }
  return { ...base, status: 'failed', diagnostics };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
