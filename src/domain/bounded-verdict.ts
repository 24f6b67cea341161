import type { AttemptRecord } from './attempt.ts';
import type { GuardFinding } from './guard.ts';
import type { CheckResult, Diagnostic, Verdict } from './verdict.ts';

/** A verdict is kept with every checkpoint of its run, together with those of the attempts before. */
const LARGEST_VERDICT_BYTES = 256 * 1024;
/** Nobody reads on in the output of what passed. */
const PASSED_OUTPUT = 1_000;

interface Limits {
  readonly failedOutput: number;
  readonly passedOutput: number;
  readonly baselineOutput: number;
  /** Of each list. */
  readonly diagnostics: number;
  readonly message: number;
  readonly edited: number;
}

const ALL = Number.POSITIVE_INFINITY;
/** From the mildest on; the first that is enough counts. */
const STEPS: readonly Limits[] = [
  {
    failedOutput: ALL,
    passedOutput: PASSED_OUTPUT,
    baselineOutput: ALL,
    diagnostics: ALL,
    message: ALL,
    edited: ALL,
  },
  {
    failedOutput: 8_000,
    passedOutput: 300,
    baselineOutput: 1_000,
    diagnostics: ALL,
    message: 2_000,
    edited: 100,
  },
  { failedOutput: 3_000, passedOutput: 100, baselineOutput: 300, diagnostics: 200, message: 500, edited: 20 },
  { failedOutput: 1_000, passedOutput: 0, baselineOutput: 0, diagnostics: 50, message: 300, edited: 5 },
  { failedOutput: 200, passedOutput: 0, baselineOutput: 0, diagnostics: 10, message: 150, edited: 0 },
];

/**
 * A verdict as it is stored: what a check of a large monorepo said is cut until the whole is small enough for a checkpoint. Its status, its
 * checks with their status, what guards block or ask and the digests of the logs stay as they are.
 */
export function boundedVerdict(verdict: Verdict, largestBytes = LARGEST_VERDICT_BYTES): Verdict {
  let bounded = verdict;
  for (const limits of STEPS) {
    bounded = within(verdict, limits);
    if (Buffer.byteLength(JSON.stringify(bounded)) <= largestBytes) break;
  }
  return bounded;
}

/** Attempts whose verdicts are kept as fully as one may be; the next attempt is told of the newest ones only. */
const NEWEST = 4;
const LARGEST_OLD_VERDICT_BYTES = 64 * 1024;

/** The attempts of a run as a checkpoint keeps them, which is stored and sent whole after every one. */
export function boundedAttempts(attempts: readonly AttemptRecord[]): AttemptRecord[] {
  const firstNew = attempts.length - NEWEST;
  return attempts.map((attempt, index) => {
    const largest = index >= firstNew ? LARGEST_VERDICT_BYTES : LARGEST_OLD_VERDICT_BYTES;
    return attempt.verdict ? { ...attempt, verdict: boundedVerdict(attempt.verdict, largest) } : attempt;
  });
}

function within(verdict: Verdict, limits: Limits): Verdict {
  const { results, baseline, introduced, preexisting, guards, warnings } = verdict;
  const resultWithin = (result: CheckResult, failedOutput: number): CheckResult => ({
    ...result,
    output: cut(result.output, result.status === 'passed' ? limits.passedOutput : failedOutput),
    diagnostics: listWithin(result.diagnostics, limits),
    ...(result.edited ? { edited: result.edited.slice(0, limits.edited) } : {}),
  });
  const left =
    Math.max(0, introduced.length - limits.diagnostics) +
    Math.max(0, preexisting.length - limits.diagnostics);
  const note = `${left} more problems are not kept in this record.`;
  return {
    ...verdict,
    results: results.map((result) => resultWithin(result, limits.failedOutput)),
    baseline: baseline.map((result) =>
      resultWithin(result, Math.min(limits.failedOutput, limits.baselineOutput)),
    ),
    introduced: listWithin(introduced, limits),
    preexisting: listWithin(preexisting, limits),
    guards: guardsWithin(guards, limits),
    warnings: [
      ...warnings.slice(0, Math.max(limits.diagnostics, 20)).map((text) => cut(text, limits.message)),
      ...(left > 0 && !warnings.includes(note) ? [note] : []),
    ],
  };
}

function listWithin(
  diagnostics: readonly Diagnostic[],
  { diagnostics: most, message }: Limits,
): Diagnostic[] {
  return diagnostics.slice(0, most).map((one) => ({
    ...one,
    message: cut(one.message, message),
    hint: one.hint === null ? null : cut(one.hint, message),
    symbol: one.symbol === null ? null : cut(one.symbol, message),
  }));
}

/** What decides about the delivery is never left out. */
function guardsWithin(
  guards: readonly GuardFinding[],
  { diagnostics: most, message }: Limits,
): GuardFinding[] {
  const warned = guards.filter(({ action }) => action === 'warn').slice(0, most);
  return guards
    .filter((one) => one.action !== 'warn' || warned.includes(one))
    .map((one) => ({ ...one, message: cut(one.message, message), evidence: cut(one.evidence, message) }));
}

/** Its beginning, where causes stand, and most of its end. Cut again to the same length it stays as it is. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const mark = '\n[… shortened …]\n';
  if (length <= 2 * mark.length) return text.slice(0, length);
  const start = Math.floor((length - mark.length) / 4);
  return `${text.slice(0, start)}${mark}${text.slice(text.length - (length - mark.length - start))}`;
}
