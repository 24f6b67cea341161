import { z } from 'zod';

export const checkKinds = ['install', 'typecheck', 'lint', 'imports', 'build', 'test', 'custom'] as const;
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
});
export type Check = z.infer<typeof checkSchema>;

export const diagnosticSchema = z.object({
  /** A category of docs/failure-taxonomy.md. */
  category: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  /** The token a good hint carries: export name, module, rule id, test name. */
  symbol: z.string().nullable(),
  /** What to do about it, in one sentence, or null where nothing better than the message is known. */
  hint: z.string().nullable(),
  /** Equal for the same problem in two runs of a check: no line numbers, paths made relative, durations removed. */
  fingerprint: z.string(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** `timed-out` and `not-run` are never a pass. `not-run`: the tool is missing, or an earlier needed step failed. */
export const checkStatuses = ['passed', 'failed', 'timed-out', 'not-run'] as const;

export const checkResultSchema = z.object({
  check: checkSchema,
  status: z.enum(checkStatuses),
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nonnegative(),
  /** The end of the output, redacted and bounded. */
  output: z.string(),
  diagnostics: z.array(diagnosticSchema),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/**
 * The outcome of all checks against the baseline (V3).
 * `passed`: no check is worse than on the base commit and at least one check ran. `failed`: the change made something worse.
 * `unverifiable`: no check exists or none could run.
 */
export const verdictSchema = z.object({
  status: z.enum(['passed', 'failed', 'unverifiable']),
  commit: z.string(),
  baseCommit: z.string(),
  results: z.array(checkResultSchema),
  baseline: z.array(checkResultSchema),
  /** Problems the change caused: present now, absent on the base commit. */
  introduced: z.array(diagnosticSchema),
  /** Problems that were there before and still are. */
  preexisting: z.array(diagnosticSchema),
  warnings: z.array(z.string()),
  /** Equal for the same set of introduced problems; null when nothing was introduced. */
  fingerprint: z.string().nullable(),
});
export type Verdict = z.infer<typeof verdictSchema>;
