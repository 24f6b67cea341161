import { z } from 'zod';
import type { CheckResult, Diagnostic } from '../../domain/verdict.ts';
import { runProcess } from '../../process/run-process.ts';
import type { CheckTree } from '../check-tree.ts';
import { hintForDiagnostic } from '../classify/hints.ts';
import { introducedBy } from '../judge.ts';
import { ownProgram } from '../own-programs.ts';
import type { VerifyHost } from '../sandbox-settings.ts';
import type { Fact, FactProblem } from './find-facts.ts';

interface FactSources {
  /** The change as it was laid out, with its packages. */
  readonly tree: Pick<CheckTree, 'checkout' | 'tree'>;
  readonly host: VerifyHost;
}

interface Run {
  /** What the checks found on the change, and on the base commit. */
  readonly results: readonly CheckResult[];
  readonly baseline: readonly CheckResult[];
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
const MOST_MEMORY_KIB = 2 * 1024 * 1024;

/**
 * Completes the hints of problems a change caused with what the tree knows: real exports, close names, the expected and received pair
 * (V4). They stand in the results, so that they are there whoever judges them and whenever. Only the first 25, in a child with a deadline;
 * whatever goes wrong there, the run comes back as it was. Throws only when the signal aborts.
 */
export async function addFacts<R extends Run>(run: R, sources: FactSources): Promise<R> {
  const problems = run.results
    .flatMap((result) => {
      const before = run.baseline.find(({ check }) => check.name === result.check.name) ?? null;
      return introducedBy(result, before).map((diagnostic) => ({
        diagnostic,
        fix: result.check.fix ?? null,
      }));
    })
    .filter(({ diagnostic }) => WITH_FACTS.has(diagnostic.category))
    .slice(0, MOST_PROBLEMS);
  if (problems.length === 0) return run;
  const facts = await askFor(problems, sources);
  const known = new Map(problems.map(({ diagnostic }, index) => [diagnostic, facts[index] ?? null]));
  const completed = (diagnostic: Diagnostic) => withFact(diagnostic, known.get(diagnostic));
  const results = run.results.map((result) => ({
    ...result,
    diagnostics: result.diagnostics.map(completed),
  }));
  return { ...run, results };
}

function withFact(diagnostic: Diagnostic, fact: Fact | null | undefined): Diagnostic {
  if (!fact) return diagnostic;
  const placed = { ...diagnostic, ...fact.place };
  if (fact.text === null) return placed;
  // The look at imports lists exports too, in the order of the file: the fact has the closest first.
  const given = diagnostic.category === 'missing_export' ? null : diagnostic.hint;
  return { ...placed, hint: `${given ?? hintForDiagnostic(diagnostic)} ${fact.text}` };
}

async function askFor(
  problems: readonly FactProblem[],
  { tree: { checkout, tree }, host }: FactSources,
): Promise<readonly Fact[]> {
  const files = tree.files.slice(0, MOST_FILES).map(({ path }) => path);
  const result = await runProcess({
    ...ownProgram('facts', host, { memoryKiB: MOST_MEMORY_KIB, readable: [checkout] }),
    cwd: checkout,
    input: JSON.stringify({ files, budgetMs: BUDGET_MS, problems }),
    limits: { timeoutMs: TIMEOUT_MS, killGraceMs: host.killGraceMs, maxOutputBytes: MOST_OUTPUT_BYTES },
    signal: host.signal,
  });
  host.signal.throwIfAborted();
  return result.error
    ? []
    : parseFacts(result.stdout).map(({ text, place }) => ({
        text: text === null ? null : host.redact(text),
        place: place && { ...place, file: host.redact(place.file) },
      }));
}

const place = z.object({ file: z.string(), line: z.number().int().positive() });
const fact = z.object({ text: z.string().nullable(), place: place.nullable() });
const answer = z.object({ facts: z.array(fact) });

function parseFacts(text: string): readonly Fact[] {
  try {
    return answer.parse(JSON.parse(text)).facts;
  } catch {
    // The child was cut short or wrote something else: no facts.
    return [];
  }
}
