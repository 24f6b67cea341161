import { z } from 'zod';
import { guardFindingSchema } from './guard.ts';

export const checkKinds = [
  'install',
  'typecheck',
  'lint',
  'format',
  'imports',
  'build',
  'test',
  'custom',
] as const;
export type CheckKind = (typeof checkKinds)[number];

/** One verification command. `argv` is never a shell string; commands of the repository's scripts go through its package manager. */
export const checkSchema = z.object({
  /** Unique in its list, shown to people: `typecheck`, `lint`, `test`. */
  name: z.string().min(1),
  kind: z.enum(checkKinds),
  /** Empty for checks that Runyard does itself (`imports`). */
  argv: z.array(z.string()),
  timeoutMs: z.number().int().positive(),
  /** Where the check comes from: `package.json scripts.test`, `tsconfig.json`, `runyard.yaml`. */
  source: z.string(),
  /** Where it runs, relative to the root of the repository; absent: the root. */
  folder: z.string().optional(),
  /** Names of the checks that must have ended before it may start, because they make files it reads; absent: those before it in the list. */
  needs: z.array(z.string()).optional(),
  /** The repository's own command that mends what this check finds, where it has one (`eslint . --fix`). */
  fix: z.array(z.string()).optional(),
});
export type Check = z.infer<typeof checkSchema>;

/** The name under which the tests of the changed files are reported that run before their suite. */
export function nameOfPart({ name }: Pick<Check, 'name'>): string {
  return `${name}:changed`;
}

/** What a suite is reported with that was not run, or was ended, because those tests are worse already. */
export const partFails = 'tests of the changed files fail already';

export const diagnosticSchema = z.object({
  /** A category of docs/failure-taxonomy.md. */
  category: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  /** Counts from 1; absent or null where the tool does not say. */
  column: z.number().int().nullable().optional(),
  /** The tool's own name for the problem: `TS2322`, `no-unused-vars`, `ERR_MODULE_NOT_FOUND`. */
  code: z.string().nullable().optional(),
  /** The token a good hint carries: export name, module, rule id, test name. */
  symbol: z.string().nullable(),
  /** What to do about it, in one sentence, or null where nothing better than the message is known. */
  hint: z.string().nullable(),
  /** Equal for the same problem in two runs of a check: no line numbers, paths made relative, durations removed. */
  fingerprint: z.string(),
  /** Its test was run again, on both sides as far as needed, and this is what all the runs say. */
  runAgain: z.literal(true).optional(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** `timed-out` and `not-run` are never a pass. `not-run`: the tool is missing, or an earlier needed step failed. */
export const checkStatuses = ['passed', 'failed', 'timed-out', 'not-run'] as const;

export const testTallySchema = z.object({
  /** Who counted: `vitest`, `go packages`. Numbers of different runners are not comparable. */
  runners: z.string(),
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
});
/** How many tests a runner says it ran. */
export type TestTally = z.infer<typeof testTallySchema>;

export const checkResultSchema = z.object({
  check: checkSchema,
  status: z.enum(checkStatuses),
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nonnegative(),
  /** The end of the output, redacted and bounded. */
  output: z.string(),
  diagnostics: z.array(diagnosticSchema),
  /** What its tool calls itself: `vitest 4.1.12`; absent: not asked. */
  toolVersion: z.string().nullable().optional(),
  /** SHA-256 of the whole output, redacted, before it was cut; hex. */
  logDigest: z.string().optional(),
  /** Equal for failed runs whose whole outputs differ only in positions, durations and random names; noted where no problem could be read. */
  stableDigest: z.string().optional(),
  /** Of a test check, where its runner sums up; absent: unknown. */
  tests: testTallySchema.optional(),
  /** How many tests the change takes away, by its diff, where fewer ran than on the base commit; null: at least one, and nobody can say how many. */
  removedTests: z.number().int().nonnegative().nullable().optional(),
  /** It was not run: the same check on the same tree had been run before. */
  cached: z.boolean().optional(),
  /** Files of the commit that it changed; they were put back. */
  edited: z.array(z.string()).optional(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** A test that both passed and failed on one and the same tree. It is named and does not count against the change. */
export const flakyTestSchema = z.object({
  check: z.string(),
  /** As the runner calls it. */
  test: z.string(),
  file: z.string().nullable(),
  /** On which side the runs below were made. */
  on: z.enum(['baseline', 'change']),
  runs: z.number().int().min(2),
  failures: z.number().int().min(1),
});
export type FlakyTest = z.infer<typeof flakyTestSchema>;

export const verdictStatuses = ['passed', 'failed', 'unverifiable'] as const;

/**
 * The outcome of all checks against the baseline (V3).
 * `passed`: no check is worse than on the base commit, at least one check ran, and no guard blocks. `failed`: the change made something
 * worse, or a guard blocks. A guard that asks does not change the status: whoever delivers must ask a person first.
 * `unverifiable`: no check exists, none could run, or one fails on both commits and nothing shows whether the change adds to it.
 */
export const verdictSchema = z.object({
  status: z.enum(verdictStatuses),
  commit: z.string(),
  baseCommit: z.string(),
  results: z.array(checkResultSchema),
  baseline: z.array(checkResultSchema),
  /** Problems the change caused: present now, absent on the base commit. */
  introduced: z.array(diagnosticSchema),
  /** Problems that were there before and still are. */
  preexisting: z.array(diagnosticSchema),
  warnings: z.array(z.string()),
  /** What the guards found in the change itself (V7). */
  guards: z.array(guardFindingSchema).default([]),
  flaky: z.array(flakyTestSchema).default([]),
  /** The tree object of `commit`, which is what the checks saw; absent in verdicts of before. */
  tree: z.string().optional(),
  /** Equal for the same set of introduced problems; null when nothing was introduced. */
  fingerprint: z.string().nullable(),
});
export type Verdict = z.infer<typeof verdictSchema>;
