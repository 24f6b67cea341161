import { lstatSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import type { Check, CheckResult, Diagnostic } from '../domain/verdict.ts';
import { userPath } from '../process/child-environment.ts';
import { findExecutable } from '../process/find-executable.ts';
import { runProcess } from '../process/run-process.ts';
import type { ProcessResult } from '../process/types.ts';
import { environmentOfCheck } from './check-environment.ts';
import { classify } from './classify/classify.ts';
import { summaryFailure } from './fewer-tests.ts';
import { goModulesIn, withGoFolders } from './go-folders.ts';
import { inBackground } from './in-background.ts';
import { createLogDigest } from './log-digest.ts';
import { hasOnlyWarnings } from './only-warnings.ts';
import { boundedOutput, outputOf } from './output-of.ts';
import { packagePlaces } from './package-places.ts';
import { type PackagePlaces, parseInPackages, parseOutput, seenFromRoot } from './parse/parse-output.ts';
import { withoutRoot } from './parse/problem.ts';
import { runImports } from './run-imports.ts';
import { checkSandbox, type VerifyHost } from './sandbox-settings.ts';
import { testTallyOf } from './test-tally.ts';
import { toolVersionOf } from './tool-version.ts';
import { stableDigest } from './unreadable.ts';

export interface CheckPlace {
  readonly checkout: string;
  readonly home: string;
  /** Readable besides what every check may read. */
  readonly readable: readonly string[];
  readonly host: VerifyHost;
  /** Files the change touches and that exist in this tree, for the check of imports. */
  readonly changedFiles: readonly string[];
  /** At the lowest priority: it only takes what nothing else wants. */
  readonly isBackground?: boolean;
}

const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;

/**
 * Runs one check in the sandbox with the repository's own tools first on the PATH. Throws only when the signal of the host aborts;
 * `stop` ends this check alone, which then counts as not run, with the reason it was given.
 */
export async function runCheck(check: Check, place: CheckPlace, stop?: AbortSignal): Promise<CheckResult> {
  if (check.kind === 'imports') return runImports(check, place);
  const { checkout, home, host } = place;
  const [tool, ...args] = check.argv;
  if (tool === undefined) return notRun(check, 'the check has no command');
  const cwd = folderOf(check, checkout);
  if (cwd === null) return notRun(check, `there is no folder ${check.folder}`);
  const path = pathFor(new Set([cwd, checkout]), host);
  if (!hasTool(tool, cwd, path)) {
    return notRun(check, `the program ${tool} is neither in the repository's packages nor on this machine`);
  }
  const argv = place.isBackground ? inBackground(check.argv) : ([tool, ...args] as const);
  if (argv === null) return notRun(check, 'this machine lacks sh or nice');
  const toolVersion = await toolVersionOf(check, { checkout, cwd, environment: host.environment });
  await mkdir(home, { recursive: true });
  const digest = createLogDigest();
  const policy = checkSandbox(host, [checkout, home]);
  const result = await runProcess({
    argv,
    cwd,
    env: environmentOfCheck(host.environment, { home, path, scripts: host.scripts }),
    limits: { timeoutMs: check.timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    sandbox: { ...policy, readable: [...policy.readable, ...place.readable] },
    redact: host.redact,
    signal: stop ? AbortSignal.any([host.signal, stop]) : host.signal,
    onStdoutLine: digest.onStdoutLine,
    onStderrLine: digest.onStderrLine,
  });
  host.signal.throwIfAborted();
  if (stop?.aborted && result.cause === 'stopped') {
    return { ...notRun(check, String(stop.reason)), durationMs: result.durationMs };
  }
  const text = await readableOutput(result, cwd);
  const places = await packagePlaces(check, { text, checkout, failed: Boolean(result.error) });
  const read = resultOf(check, { ...result, text }, { root: cwd, places });
  return { ...read, toolVersion, logDigest: digest.hex() };
}

/** What it said; Go's tests with the folders of their files. */
async function readableOutput(result: ProcessResult, cwd: string): Promise<string> {
  const text = outputOf(result);
  return /^FAIL\t/m.test(text) ? withGoFolders(text, await goModulesIn(cwd)) : text;
}

/** null: there is no such folder, or a link stands in its way, which could lead anywhere. */
function folderOf({ folder }: Check, checkout: string): string | null {
  const parts = (folder ?? '').split('/').filter((part) => part !== '' && part !== '.');
  let at = checkout;
  for (const part of parts) {
    at = join(at, part);
    if (part === '..' || !lstatSync(at, { throwIfNoEntry: false })?.isDirectory()) return null;
  }
  return at;
}

/** A check that was not run, and why. */
export function notRun(check: Check, why: string): CheckResult {
  return { check, status: 'not-run', exitCode: null, durationMs: 0, output: why, diagnostics: [] };
}

function pathFor(folders: ReadonlySet<string>, host: VerifyHost): string {
  const own = [...folders].map((folder) => join(folder, 'node_modules', '.bin'));
  return [...own, userPath(host.environment['PATH'])].join(':');
}

function hasTool(tool: string, cwd: string, path: string): boolean {
  const place = tool.includes('/') && !isAbsolute(tool) ? join(cwd, tool) : tool;
  return findExecutable(place, path) !== null;
}

interface Where {
  /** The folder the check ran in. */
  readonly root: string;
  /** null: it did not run in many packages. */
  readonly places: PackagePlaces | null;
}

function resultOf(check: Check, result: ProcessResult & { text: string }, where: Where): CheckResult {
  const { root } = where;
  const { text } = result;
  const tests = check.kind === 'test' ? testTallyOf(check, text) : null;
  const base = {
    check,
    ...(tests ? { tests } : {}),
    exitCode: result.exitCode,
    durationMs: result.durationMs,
    output: boundedOutput(withoutRoot(text, root)),
  };
  switch (result.cause) {
    case 'timed-out':
    case 'silent':
    case 'no-first-output':
      return { ...base, status: 'timed-out', diagnostics: problemsIn(check, text, where).filter(isError) };
    case 'not-started':
      return { ...base, status: 'not-run', output: result.error?.what ?? text, diagnostics: [] };
    case 'stopped':
    case 'signalled':
    case 'exited':
      return result.error ? failed(base, text, where) : passed(base, text, where);
  }
}

type Base = Omit<CheckResult, 'status' | 'diagnostics'>;

/** A pass keeps what a linter warns of; other tools' output would only be guessed at. */
function passed(base: Base, text: string, where: Where): CheckResult {
  const contradiction = summaryFailure(base);
  if (contradiction) {
    return {
      ...base,
      status: 'failed',
      diagnostics: [...problemsIn(base.check, text, where), contradiction],
    };
  }
  const warnings =
    base.check.kind === 'lint' ? problemsIn(base.check, text, where).filter((found) => !isError(found)) : [];
  return { ...base, status: 'passed', diagnostics: warnings };
}

function failed(base: Base, text: string, where: Where): CheckResult {
  const { root } = where;
  const diagnostics = problemsIn(base.check, text, where);
  const { name } = base.check;
  if (hasOnlyWarnings({ ...base, output: text, diagnostics }, root))
    return { ...base, status: 'passed', diagnostics };
  if (
    base.exitCode === 127 &&
    classify({ text, exitCode: 127, tool: name, root }).category === 'missing_tool'
  ) {
    return { ...base, status: 'not-run', diagnostics: [] };
  }
  if (diagnostics.some(isError)) return { ...base, status: 'failed', diagnostics };
  return { ...base, status: 'failed', diagnostics, stableDigest: stableDigest(withoutRoot(text, root)) };
}

/** Seen from the root of the repository, so that equal names in two packages are two files. */
function problemsIn({ folder }: Check, text: string, { root, places }: Where): Diagnostic[] {
  if (places) return parseInPackages(text, root, places);
  const found = parseOutput(text, root);
  if (!folder || folder === '.') return found;
  return found.map((diagnostic) => {
    const { file } = diagnostic;
    const inside = file === null || isAbsolute(file) ? file : posix.join(folder, file);
    return seenFromRoot(diagnostic, folder, inside);
  });
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
