import { z } from 'zod';
import { attemptOutcomes } from '../../domain/attempt.ts';
import { planSchema } from '../../domain/plan.ts';
import { runStates, waitReasons } from '../../domain/run-state.ts';
import { stages } from '../../domain/stage.ts';
import { instant } from '../contract/instant.ts';

const count = z.number().int().min(0);

/** Figures are never null: of a run that goes on they are those so far. */
export const runFigures = {
  durationMs: z.number().min(0).describe('Ended: all of its time. Otherwise since it started.'),
  tokens: z.object({ input: count, output: count, cacheRead: count, cacheWrite: count, total: count }),
  turns: count.describe('Model exchanges.'),
  cost: z.object({ usd: z.number().min(0), status: z.enum(['known', 'unknown']) }),
};

const errorSchema = z.object({ code: z.string(), what: z.string(), why: z.string(), next: z.string() });

/** A run as tools tell it. */
export const mcpRunSchema = z.object({
  id: z.string(),
  title: z.string(),
  ticket: z.string().nullable(),
  repository: z.string(),
  state: z.enum(runStates),
  stage: z.enum(stages).nullable(),
  attempt: count,
  ended: z.boolean(),
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  ...runFigures,
  waitsFor: z
    .object({
      reason: z.enum(waitReasons),
      detail: z.string(),
      planHash: z.string().nullable().describe('What approve_plan and send_back_plan must name.'),
      questions: z.array(z.string()).describe('What the planner asks; send_back_plan takes the answers.'),
      asks: z
        .array(z.string())
        .describe('What guards ask a person about the change, before it is delivered.'),
      commit: z.string().nullable(),
      until: instant.nullable(),
    })
    .nullable(),
  delivery: z
    .object({ branch: z.string(), commit: z.string(), verified: z.boolean() })
    .nullable()
    .describe('What reached the repository; only `verified` true means that its checks passed.'),
  error: errorSchema.nullable(),
  report: z.string().describe('The resource with its report.'),
});
export type McpRun = z.infer<typeof mcpRunSchema>;

export const mcpRunDetailsSchema = mcpRunSchema.extend({
  plan: z
    .object({
      hash: z.string(),
      revision: z.number().int(),
      approvedBy: z.string().nullable(),
      plan: planSchema,
    })
    .nullable(),
  attempts: z.array(
    z.object({
      number: z.number().int(),
      agent: z.string(),
      model: z.string().nullable(),
      outcome: z.enum(attemptOutcomes),
      durationMs: z.number(),
      error: z.string().nullable(),
      introduced: count.nullable().describe('Problems that its change brought; null: it was not checked.'),
    }),
  ),
  progress: z.object({ percent: z.number().min(0).max(100), leftMs: z.number().nullable() }).nullable(),
  activity: z.string().nullable().describe('What its worker said last.'),
});

export const startedSchema = mcpRunSchema.extend({
  settled: z
    .boolean()
    .describe('It ended or waits for a person. false: it goes on, whether or not anybody waits for it.'),
  notWaited: errorSchema
    .nullable()
    .describe(
      'Why nobody waited until it was settled, besides the time: null, or what went wrong. The run was made all the same: ask get_run for it, do not start it again.',
    ),
});

export const logLineSchema = z.object({
  seq: z.number().int(),
  at: instant,
  type: z.string(),
  text: z.string(),
});

/** The id of a run, or a unique start of one. */
export const runInput = z.string().min(1).max(64).describe('The id of a run, or a unique start of one.');
