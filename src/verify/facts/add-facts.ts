import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CheckResult, Diagnostic } from '../../domain/verdict.ts';
import { childEnvironment } from '../../process/child-environment.ts';
import { runProcess } from '../../process/run-process.ts';
import { hintForDiagnostic } from '../classify/hints.ts';
import { checkSandbox, type VerifyHost } from '../sandbox-settings.ts';
import type { FactProblem } from './find-facts.ts';

export interface FactSources {
  /** The change as it was laid out, with its packages. */
  readonly checkout: string;
  /** Paths of the commit's files. */
  readonly files: readonly string[];
  /** What the checks found on the change. */
  readonly results: readonly CheckResult[];
  readonly host: VerifyHost;
}

/** Categories of which the tree may know something. */
const WITH_FACTS: ReadonlySet<string> = new Set([
  'missing_export',
  'import_resolution',
  'undefined_symbol',
  'missing_dependency',
  'tailwind_invalid_class',
  'test_failure',
  'type_error',
  'lint',
  'format',
  'config_error',
]);
const MOST_PROBLEMS = 25;
const MOST_FILES = 50_000;
const BUDGET_MS = 200;
/** With the start of the program, on a busy machine. */
const TIMEOUT_MS = 5_000;
const MOST_OUTPUT_BYTES = 256 * 1024;
const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
const OWN_ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN_PARTS = ['package.json', 'src', 'node_modules'].map((name) => join(OWN_ROOT, name));
/** A link to an endless device must not fill the machine's memory before the deadline. */
const WITH_MEMORY_LIMIT = ['sh', '-c', 'ulimit -d 2097152; exec "$@"', 'sh'] as const;

/**
 * Completes the hints of problems a change caused with what the tree knows: real exports, close names, the expected and received pair
 * (V4). Only the first 25, in a child with a deadline; whatever goes wrong there, the problems come back as they were. Throws only when the signal aborts.
 */
export async function addFacts(
  introduced: readonly Diagnostic[],
  sources: FactSources,
): Promise<Diagnostic[]> {
  const asked = introduced.slice(0, MOST_PROBLEMS).filter(({ category }) => WITH_FACTS.has(category));
  if (asked.length === 0) return [...introduced];
  const facts = await askFor(asked, sources);
  const byDiagnostic = new Map(asked.map((diagnostic, index) => [diagnostic, facts[index] ?? null]));
  return introduced.map((diagnostic) => withFact(diagnostic, byDiagnostic.get(diagnostic) ?? null));
}

function withFact(diagnostic: Diagnostic, fact: string | null): Diagnostic {
  if (fact === null) return diagnostic;
  // The look at imports lists exports too, in the order of the file: the fact has the closest first.
  const given = diagnostic.category === 'missing_export' ? null : diagnostic.hint;
  return { ...diagnostic, hint: `${given ?? hintForDiagnostic(diagnostic)} ${fact}` };
}

async function askFor(
  diagnostics: readonly Diagnostic[],
  { checkout, files, results, host }: FactSources,
): Promise<readonly (string | null)[]> {
  const problems: FactProblem[] = diagnostics.map((diagnostic) => ({
    diagnostic,
    fix: fixOf(diagnostic, results),
  }));
  const policy = checkSandbox(host, []);
  const result = await runProcess({
    argv: [...WITH_MEMORY_LIMIT, process.execPath, PROGRAM],
    cwd: checkout,
    env: childEnvironment(host.environment, { home: '/nonexistent' }),
    input: JSON.stringify({ files: files.slice(0, MOST_FILES), budgetMs: BUDGET_MS, problems }),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    sandbox: { ...policy, readable: [...policy.readable, checkout, process.execPath, ...OWN_PARTS] },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  return result.error
    ? []
    : parseFacts(result.stdout).map((fact) => (fact === null ? null : host.redact(fact)));
}

function fixOf({ fingerprint }: Diagnostic, results: readonly CheckResult[]): string[] | null {
  const found = results.find(({ diagnostics }) => diagnostics.some((one) => one.fingerprint === fingerprint));
  return found?.check.fix ?? null;
}

const answer = z.object({ facts: z.array(z.string().nullable()) });

function parseFacts(text: string): readonly (string | null)[] {
  try {
    return answer.parse(JSON.parse(text)).facts;
  } catch {
    // The child was cut short or wrote something else: no facts.
    return [];
  }
}
