import { z } from 'zod';
import { type Check, type CheckResult, type Diagnostic, diagnosticSchema } from '../domain/verdict.ts';
import { sha256Hex } from '../lib/canonical-json.ts';
import { runProcess } from '../process/run-process.ts';
import type { ProcessResult } from '../process/types.ts';
import { boundedOutput } from './output-of.ts';
import { ownProgram } from './own-programs.ts';
import type { VerifyHost } from './sandbox-settings.ts';

interface ImportsPlace {
  readonly checkout: string;
  readonly host: VerifyHost;
  /** Files the change touches, relative. */
  readonly changedFiles: readonly string[];
}

const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;
const MOST_MEMORY_KIB = 2 * 1024 * 1024;

const report = z.object({ files: z.number().int(), diagnostics: z.array(diagnosticSchema) });

/** The look at imports, as a child with the sandbox and the deadline of every other check. Throws only when the signal aborts. */
export async function runImports(check: Check, place: ImportsPlace): Promise<CheckResult> {
  const result = await runProgram(place, { isReported: true, timeoutMs: check.timeoutMs });
  return resultOf(check, result, place.host);
}

/** Everything that is asked about the imports of one tree, in as few children as there can be. Throws only when the signal aborts. */
export interface ImportsLook {
  /** Which of these tests depend on the changed files, by the imports alone. null: cannot be told. `stop` ends it early. */
  related(tests: readonly string[], stop: AbortSignal): Promise<string[] | null>;
  /** The check of imports. */
  check(): Promise<CheckResult>;
  /** Whoever was asked is gone: nobody reads in the tree any more. Never rejects. */
  ended(): Promise<void>;
}

/** A file the search cannot get past must not hold up the check of imports, which may never look at it. */
const RELATED_MS = 15_000;
const related = z.object({ related: z.array(z.string()).nullable() });

/** `check`: that of imports, where there is one. Its answer is brought along by whoever asks first for something else. */
export function createImportsLook(place: ImportsPlace, check: Check | null): ImportsLook {
  const children: Promise<ProcessResult>[] = [];
  let brought: Promise<ProcessResult> | null = null;
  let isAsked = false;
  return {
    async related(tests, stop) {
      const isReported = check !== null && brought === null && !isAsked;
      const answer = Promise.withResolvers<string | null>();
      const asked = { tests, isReported, timeoutMs: RELATED_MS, stop, onLine: answer.resolve };
      const ended = runProgram(place, asked);
      children.push(ended);
      if (isReported) brought = ended;
      // One that ends without a word, or throws, has no answer.
      const giveUp = () => answer.resolve(null);
      void ended.then(giveUp, giveUp);
      const line = await answer.promise;
      place.host.signal.throwIfAborted();
      return line === null ? null : readRelated(line, tests);
    },
    async check() {
      if (!check) throw new TypeError('no check of imports is planned');
      isAsked = true;
      const result = await brought;
      // What ended it may stand in a test that this check does not look at.
      return result && !result.error ? resultOf(check, result, place.host) : runImports(check, place);
    },
    async ended() {
      await Promise.allSettled(children);
    },
  };
}

function readRelated(line: string, tests: readonly string[]): string[] | null {
  try {
    const known = new Set(tests);
    return related.parse(JSON.parse(line)).related?.filter((test) => known.has(test)) ?? null;
  } catch {
    // It only decides what runs first: the suite runs whatever it says.
    return null;
  }
}

interface Asked {
  /** Those of which the ones that depend on the changed files are told, in the first line. */
  readonly tests?: readonly string[];
  /** Whether the last line tells what is wrong with the imports of the changed files. */
  readonly isReported: boolean;
  readonly timeoutMs: number;
  readonly stop?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

async function runProgram(
  { checkout, host, changedFiles }: ImportsPlace,
  { tests, isReported, timeoutMs, stop, onLine }: Asked,
): Promise<ProcessResult> {
  const result = await runProcess({
    ...ownProgram('imports', host, { memoryKiB: MOST_MEMORY_KIB, readable: [checkout] }),
    cwd: checkout,
    input: JSON.stringify({ files: changedFiles, tests, isReported, limitMs: RELATED_MS / 2 }),
    limits: { timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    ...(onLine ? { onStdoutLine: onLine } : {}),
    signal: stop ? AbortSignal.any([host.signal, stop]) : host.signal,
  });
  host.signal.throwIfAborted();
  return result;
}

function resultOf(check: Check, result: ProcessResult, { redact }: VerifyHost): CheckResult {
  const { durationMs } = result;
  const base = { check, exitCode: null, durationMs, diagnostics: [] };
  if (result.cause === 'timed-out') {
    const output = `The imports could not be looked at within ${Math.round(check.timeoutMs / 1000)} s.`;
    return { ...base, status: 'timed-out', output };
  }
  const found = result.error ? null : parseReport(result.stdout.trimEnd().split('\n').at(-1) ?? '');
  if (!found) {
    const why = result.stderr.trim() || (result.error?.what ?? 'the answer is too long');
    const output = boundedOutput(redact(`The imports could not be looked at: ${why}`));
    return { ...base, status: 'not-run', output };
  }
  const diagnostics = found.diagnostics.map((diagnostic) => redacted(diagnostic, redact));
  const lines = diagnostics.map(({ file, line, message }) => `${file ?? ''}:${line ?? ''} ${message}`);
  const text = [`${found.files} changed file(s) looked at`, ...lines].join('\n');
  const status = diagnostics.some(({ severity }) => severity === 'error') ? 'failed' : 'passed';
  return { ...base, status, output: boundedOutput(text), diagnostics, logDigest: sha256Hex(text) };
}

function parseReport(text: string): z.infer<typeof report> | null {
  try {
    return report.parse(JSON.parse(text));
  } catch {
    // The check then counts as not run, with what the program said.
    return null;
  }
}

/** After parsing: the text of the answer would no longer be JSON. */
function redacted(diagnostic: Diagnostic, redact: VerifyHost['redact']): Diagnostic {
  const { message, symbol, hint } = diagnostic;
  return {
    ...diagnostic,
    message: redact(message),
    symbol: symbol === null ? null : redact(symbol),
    hint: hint === null ? null : redact(hint),
  };
}
