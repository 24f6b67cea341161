import { z } from 'zod';

/** What a change is searched for besides running its checks (V7, X13): ways to pass without being right, and things nobody asked for. */
export const guardNames = [
  'deleted-tests',
  'skipped-tests',
  'weakened-tests',
  'changed-expectations',
  'loosened-configuration',
  'suppressed-checks',
  'secrets',
  'binary-files',
  'large-files',
  'out-of-scope',
  'new-dependencies',
  'ci-files',
] as const;
export type GuardName = (typeof guardNames)[number];

/** `block`: the change is refused. `ask`: a person decides before it is delivered. `warn`: it is said. `off`: not looked for. */
export const guardActions = ['block', 'ask', 'warn', 'off'] as const;
export type GuardAction = (typeof guardActions)[number];

/** What differs from the defaults. */
export const guardPolicySchema = z.partialRecord(z.enum(guardNames), z.enum(guardActions));
export type GuardPolicy = z.infer<typeof guardPolicySchema>;

export const guardFindingSchema = z.object({
  guard: z.enum(guardNames),
  action: z.enum(guardActions).exclude(['off']),
  /** One sentence: what was found. */
  message: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  /** The lines of the change that show it, bounded; a secret is masked. */
  evidence: z.string(),
  /** What to do instead, in one sentence. */
  hint: z.string(),
  /** Equal for the same finding in two attempts: no line numbers. */
  fingerprint: z.string(),
});
export type GuardFinding = z.infer<typeof guardFindingSchema>;

export const guardSummarySchema = z.object({
  block: z.number().int(),
  ask: z.number().int(),
  warn: z.number().int(),
  /** What the first finding of the strongest action says, and which guard found it. */
  first: z.string(),
});
export type GuardSummary = z.infer<typeof guardSummarySchema>;
