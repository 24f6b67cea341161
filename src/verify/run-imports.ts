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
  const input = { files: place.changedFiles };
  return resultOf(check, await runProgram(input, { ...place, timeoutMs: check.timeoutMs }), place.host);
}

const RELATED_MS = 15_000;
const related = z.object({ related: z.array(z.string()).nullable() });

/** Which tests depend on the changed files, by the imports alone. null: cannot be told. Throws only when the signal aborts. */
export async function runRelated(tests: readonly string[], place: ImportsPlace): Promise<string[] | null> {
  const input = { files: place.changedFiles, tests, limitMs: RELATED_MS / 2 };
  const result = await runProgram(input, { ...place, timeoutMs: RELATED_MS });
  if (result.error) return null;
  try {
    const known = new Set(tests);
    return related.parse(JSON.parse(result.stdout)).related?.filter((test) => known.has(test)) ?? null;
  } catch {
    // It only decides what runs first: the suite runs whatever it says.
    return null;
  }
}

async function runProgram(
  input: object,
  { checkout, host, timeoutMs }: ImportsPlace & { timeoutMs: number },
): Promise<ProcessResult> {
  const result = await runProcess({
    ...ownProgram('imports', host, { memoryKiB: MOST_MEMORY_KIB, readable: [checkout] }),
    cwd: checkout,
    input: JSON.stringify(input),
    limits: { timeoutMs, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    signal: host.signal,
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
  const found = result.error ? null : parseReport(result.stdout);
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
