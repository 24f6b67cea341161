import { z } from 'zod';
import { checkpointSchema } from '../domain/checkpoint.ts';
import { errorDataSchema } from '../domain/errors/runyard-error.ts';
import { eventDataSchemas } from '../domain/events.ts';
import { mostOfferedLessons, mostProblemsAsked, offeredLessonSchema } from '../domain/lesson.ts';
import { planRevisionSchema } from '../domain/plan-review.ts';
import { providerTroubleSchema } from '../domain/provider-trouble.ts';
import { deliverySchema, runSpecSchema, stopIntentSchema, waitDetailSchema } from '../domain/run.ts';
import { waitReasons } from '../domain/run-state.ts';
import { sandboxModeSchema } from '../domain/sandbox.ts';
import { stages } from '../domain/stage.ts';

/**
 * The worker protocol: HTTP and JSON under /worker/v1, `Authorization: Bearer <worker token>`. The token names run, worker and
 * epoch; every call of an epoch that does not own its run any more is answered 409 with `run.stale-owner`.
 */
export const workerPaths = {
  assignment: '/worker/v1/assignment',
  heartbeat: '/worker/v1/heartbeat',
  events: '/worker/v1/events',
  checkpoint: '/worker/v1/checkpoint',
  /** `PUT /worker/v1/artifacts/:name` and `GET`, raw bytes. */
  artifacts: '/worker/v1/artifacts',
  gatewayToken: '/worker/v1/gateway-token',
  deliver: '/worker/v1/deliver',
  lessons: '/worker/v1/lessons',
  settle: '/worker/v1/settle',
} as const;

/** `ResolvedSource` of src/git/source.ts. */
const resolvedSourceSchema = z.object({
  kind: z.enum(['local', 'remote']),
  location: z.string(),
  gitDir: z.string().nullable(),
  baseRef: z.string().nullable(),
  baseCommit: z.string(),
  defaultBranch: z.string().nullable(),
  warnings: z.array(z.string()).readonly(),
  unseenWorkTree: z
    .object({ gitDir: z.string(), commonDir: z.string(), top: z.string(), headCommit: z.string() })
    .nullable(),
});

export const assignmentSchema = z.object({
  runId: z.string(),
  workerId: z.string(),
  epoch: z.number().int(),
  spec: runSpecSchema,
  checkpoint: checkpointSchema.nullable(),
  /** Where the repository is, when the control plane looked a moment ago; null: the worker looks. */
  source: resolvedSourceSchema.nullable(),
  /** Every version of the plan so far and what a person said of it; the newest may have been sent back. */
  planRevisions: z.array(planRevisionSchema).default([]),
  /** What a person approved while the run waited: a plan's hash, or the commit of an unverified change. */
  approvedHash: z.string().nullable(),
  /** What persons said when the run asked them after an attempt. */
  answers: z.array(eventDataSchemas['run.answered']).default([]),
  deadlineAt: z.string(),
  folders: z.object({
    data: z.string(),
    mirrors: z.string(),
    workspace: z.string(),
    dependencies: z.string(),
    baselines: z.string(),
  }),
  /** Prepared checkouts to mount work trees over; null: work trees are checked out. */
  layers: z
    .object({ folder: z.string(), workspaces: z.string(), fewestFiles: z.number() })
    .nullable()
    .default(null),
  sandbox: z.object({ mode: sandboxModeSchema, readable: z.array(z.string()), masked: z.array(z.string()) }),
  gateway: z
    .object({
      url: z.string(),
      socketPath: z.string(),
      protocols: z.record(z.string(), z.enum(['anthropic', 'openai'])),
    })
    .nullable(),
  /** A unix socket with an HTTP CONNECT proxy that lets package registries through, for installing dependencies. */
  egressSocketPath: z.string().nullable(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** The one line of JSON a local worker reads from its stdin before it does anything. stdin stays open: its end means the node died. */
export const workerLaunchSchema = z.object({
  controlUrl: z.string(),
  token: z.string(),
  /** The templates the node checked at its start, by name. */
  prompts: z.record(z.string(), z.object({ version: z.number().int(), body: z.string() })),
  /** null: the worker asks for it. */
  assignment: assignmentSchema.nullable(),
  /** What only root may read on this host, as the node has just found it; null: the worker looks for itself. */
  rootOnlyPaths: z.array(z.string()).nullable().default(null),
});
export type WorkerLaunch = z.infer<typeof workerLaunchSchema>;

export const heartbeatRequestSchema = z.object({
  stage: z.enum(stages).nullable(),
  attempt: z.number().int(),
  activity: z.string(),
});
export const heartbeatResponseSchema = z.object({ stop: stopIntentSchema.nullable() });

/** `seq` counts from 1 per epoch; the server stores each (epoch, seq) once. */
export const eventsRequestSchema = z.object({
  events: z
    .array(z.object({ seq: z.number().int().min(1), type: z.string(), at: z.string(), data: z.unknown() }))
    .max(500),
});

export type SentEvent = z.input<typeof eventsRequestSchema>['events'][number];

export const checkpointRequestSchema = z.object({ checkpoint: checkpointSchema });

export const gatewayTokenRequestSchema = z.object({
  stage: z.enum(stages),
  attempt: z.number().int(),
  models: z.array(z.string()).min(1),
});
export const gatewayTokenResponseSchema = z.object({ token: z.string() });

/** Idempotent: asking again for the same commit gives the same delivery. */
export const deliverRequestSchema = z.object({
  commit: z.string(),
  baseCommit: z.string(),
  bundle: z.string(),
  verified: z.boolean(),
});
export const deliverResponseSchema = z.object({ delivery: deliverySchema });

/** What is known about problems an attempt is about to mend. What is answered counts as told to that attempt; asking again is harmless. */
export const lessonsRequestSchema = z.object({
  attempt: z.number().int().min(1),
  problems: z
    .array(
      z.object({
        category: z.string(),
        fingerprint: z.string(),
        symbol: z.string().nullable(),
        message: z.string(),
      }),
    )
    .max(mostProblemsAsked),
});
export type LessonsRequest = z.infer<typeof lessonsRequestSchema>;
export const lessonsResponseSchema = z.object({
  lessons: z.array(offeredLessonSchema).max(mostOfferedLessons),
});

/** What was not sent yet is stored with the end it leads to. */
const lastEvents = { events: eventsRequestSchema.shape.events.default([]) };

export const settleRequestSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('succeeded'), attempts: z.number().int(), ...lastEvents }),
  z.object({
    outcome: z.enum(['failed', 'cancelled', 'timed_out']),
    attempts: z.number().int(),
    error: errorDataSchema,
    ...lastEvents,
  }),
  z.object({
    outcome: z.literal('waiting'),
    reason: z.enum(waitReasons),
    /** How long it may wait; null takes the limit of the run for that reason. */
    waitMs: z.number().int().positive().nullable(),
    detail: waitDetailSchema,
    ...lastEvents,
  }),
  /** Its provider cannot be used now. The control plane says until when it waits, or that it has waited enough. */
  z.object({
    outcome: z.literal('parked'),
    attempts: z.number().int(),
    trouble: providerTroubleSchema,
    cause: errorDataSchema,
    ...lastEvents,
  }),
]);
export type SettleRequest = z.input<typeof settleRequestSchema>;
