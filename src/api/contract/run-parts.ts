import { z } from 'zod';
import { attemptOutcomes, autofixSchema, startedFromSchema } from '../../domain/attempt.ts';
import { errorDataSchema } from '../../domain/errors/runyard-error.ts';
import { guardFindingSchema } from '../../domain/guard.ts';
import { logSources } from '../../domain/log-lines.ts';
import { stages } from '../../domain/stage.ts';
import { usageSchema } from '../../domain/usage.ts';
import { checkKinds, checkStatuses, diagnosticSchema } from '../../domain/verdict.ts';
import { cacheShareSchema, spentSchema } from './figures.ts';
import { instant } from './instant.ts';
import { mostLogEventsPerPage, mostModelCallsPerPage } from './view-routes.ts';

const attemptCheckSchema = z.object({
  name: z.string(),
  kind: z.enum(checkKinds),
  /** Empty: Runyard does it itself. */
  command: z.array(z.string()),
  source: z.string(),
  status: z.enum(checkStatuses),
  /** On the base commit; null: it did not run there. */
  baseStatus: z.enum(checkStatuses).nullable(),
  /** What it says of the change: `new-failure` the change made it worse, `old-failure` it fails as it did before, `not-run` it could not run. */
  judgement: z.enum(['passed', 'new-failure', 'old-failure', 'not-run']),
  exitCode: z.number().int().nullable(),
  durationMs: z.number(),
  /** The end of its output, with escape sequences as they came. */
  output: z.string(),
  /** `isNew`: the change caused it. The new ones first. */
  diagnostics: z.array(diagnosticSchema.extend({ isNew: z.boolean() })),
});

const attemptViewSchema = z.object({
  number: z.number().int().min(1),
  /** `interrupted`: its worker was lost or it was stopped; what it did counts for nothing. */
  state: z.enum(['running', 'finished', 'interrupted']),
  /** Where it is, or how far it came. */
  stage: z.enum(stages),
  /** Of the ladder, from 0; null: not known of one that did not finish. */
  rung: z.number().int().nullable(),
  agent: z.string(),
  model: z.string().nullable(),
  /** Why it was made. */
  reason: z.string(),
  /** The attempt whose work it went on from; absent or null: the base commit. */
  startedFrom: startedFromSchema.nullable().optional(),
  startedAt: instant,
  endedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  outcome: z.enum(attemptOutcomes).nullable(),
  /** Why it did not pass, in a sentence; null when it passed or goes on. */
  why: z.string().nullable(),
  error: errorDataSchema.nullable(),
  /** What the agent said it did. */
  summary: z.string(),
  /** Of the model calls seen here. An agent that brings its own model may make none of them: then the cost is unknown, and the usage is in `reportedUsage`, if anywhere. */
  ...spentSchema.shape,
  /** What the agent itself reported, where it does. */
  reportedUsage: usageSchema.nullable(),
  commit: z.string().nullable(),
  /** `GET /api/v1/runs/:id/diff?attempt=N` has it. */
  hasDiff: z.boolean(),
  verdict: z
    .object({
      status: z.enum(['passed', 'failed', 'unverifiable']),
      commit: z.string(),
      baseCommit: z.string(),
      introduced: z.number().int(),
      preexisting: z.number().int(),
      warnings: z.array(z.string()),
      /** What guards found in the change itself, the strongest first; absent from a server of before. */
      guards: z.array(guardFindingSchema).optional(),
    })
    .nullable(),
  checks: z.array(attemptCheckSchema),
  /** What the repository's own tools mended in its commit, without a model. */
  autofixes: z.array(autofixSchema).optional(),
  /** How often its commit was verified again because the failure could have passed by itself. */
  verifiedAgain: z.number().int().optional(),
});
export type AttemptView = z.infer<typeof attemptViewSchema>;

/** GET /api/v1/runs/:id/attempts: the oldest first. */
export const attemptsResponseSchema = z.object({
  run: z.string(),
  /** Every time a stage was entered, the oldest first; `endedAt` null: it goes on, or was interrupted (`interrupted`). */
  stages: z.array(
    z.object({
      stage: z.enum(stages),
      attempt: z.number().int().min(0),
      startedAt: instant,
      endedAt: instant.nullable(),
      durationMs: z.number().nullable(),
      interrupted: z.boolean(),
    }),
  ),
  /** What making the plan took. */
  planning: spentSchema,
  attempts: z.array(attemptViewSchema),
});
export type AttemptsResponse = z.infer<typeof attemptsResponseSchema>;

/** GET /api/v1/runs/:id/model-calls: the oldest first. */
export const modelCallsQuerySchema = z.object({
  after: z.string().min(1).max(100).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(mostModelCallsPerPage).default(100),
});
export const modelCallsResponseSchema = z.object({
  calls: z.array(
    z.object({
      id: z.string(),
      at: instant,
      stage: z.enum(stages),
      attempt: z.number().int().min(0),
      provider: z.string(),
      model: z.string(),
      status: z.enum(['ok', 'error', 'aborted']),
      httpStatus: z.number().int().nullable(),
      errorCode: z.string().nullable(),
      /** null: the provider did not say. */
      usage: usageSchema.omit({ turns: true }).nullable(),
      cacheShare: cacheShareSchema,
      /** null: not known. */
      costUsd: z.number().nullable(),
      retries: z.number().int(),
      durationMs: z.number(),
      timeToFirstByteMs: z.number().nullable(),
      /** The provider's own id of it. */
      requestId: z.string().nullable(),
    }),
  ),
  /** `after` of the next page; null: this is the last one. */
  next: z.string().nullable(),
  /** Of all calls of the run, not only of this page. */
  total: spentSchema.extend({ calls: z.number().int().min(0), failed: z.number().int().min(0) }),
});
export type ModelCallsResponse = z.infer<typeof modelCallsResponseSchema>;

export const logQuerySchema = z.object({
  source: z
    .enum(['all', ...logSources])
    .default('all')
    .describe('`agent`: what agents said and did. `checks`: checks and verdicts. `run`: everything else.'),
  after: z.coerce.number().int().min(0).default(0).describe('Only lines after this `seq`.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(mostLogEventsPerPage)
    .default(500)
    .describe('Events of a page; one may be several lines.'),
});
export type LogQuery = z.output<typeof logQuerySchema>;
/** GET /api/v1/runs/:id/log: the oldest first. A page is at most about 1 MB and may therefore have fewer events than asked for. */
export const logResponseSchema = z.object({
  lines: z.array(
    z.object({
      /** Of the event the line came from: lines of one event share it. */
      seq: z.number().int(),
      at: instant,
      source: z.enum(logSources),
      attempt: z.number().int().nullable(),
      /** One word: `message`, `tool`, `check`, `verdict`, `warning`, `stage`. Empty on the further lines of an event. */
      label: z.string(),
      /** `bad` and `good` for what failed and what passed. */
      tone: z.enum(['plain', 'dim', 'good', 'bad', 'warn']),
      /** Without line breaks; may have escape sequences of the agent (colours). */
      text: z.string(),
    }),
  ),
  /** `after` for what follows, also when nothing does yet. */
  next: z.number().int(),
  /** More is stored already. */
  more: z.boolean(),
  /** Nothing follows until somebody decides something. */
  ended: z.boolean(),
});
export type LogResponse = z.infer<typeof logResponseSchema>;

export const logDownloadQuerySchema = logQuerySchema.pick({ source: true });

export const diffQuerySchema = z.object({
  attempt: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('What this attempt changed against the base commit; without, what was or would be delivered.'),
});
