import { z } from 'zod';
import { attemptRecordSchema } from '../domain/attempt.ts';
import { breakerStates } from '../domain/breaker.ts';
import { errorDataSchema } from '../domain/errors/runyard-error.ts';
import { holdReasons } from '../domain/hold-reason.ts';
import { orphanCountSchema, orphanFailureSchema } from '../domain/orphan.ts';
import { planSchema } from '../domain/plan.ts';
import {
  deliverySchema,
  priorities,
  runSpecSchema,
  stopIntentSchema,
  waitDetailSchema,
} from '../domain/run.ts';
import { type RunState, runStates, waitReasons } from '../domain/run-state.ts';
import { sandboxModeSchema } from '../domain/sandbox.ts';
import { shortageSchema } from '../domain/shortage.ts';
import { stages } from '../domain/stage.ts';
import { costSchema, usageSchema } from '../domain/usage.ts';

export * from './salvage-contract.ts';

/**
 * The public API: JSON over HTTP under /api/v1, `Authorization: Bearer <token>` with the token of the file
 * `api-token` in the data folder. Instants are ISO 8601 strings. `:id` is a run id or a unique start of one.
 */
export const apiRoutes = {
  health: '/api/v1/health',
  runs: '/api/v1/runs',
  queue: '/api/v1/queue',
  systemEvents: '/api/v1/system-events',
  run: '/api/v1/runs/:id',
  events: '/api/v1/runs/:id/events',
  stream: '/api/v1/runs/:id/stream',
  diff: '/api/v1/runs/:id/diff',
  why: '/api/v1/runs/:id/why',
  approve: '/api/v1/runs/:id/approve',
  cancel: '/api/v1/runs/:id/cancel',
  rollback: '/api/v1/runs/:id/rollback',
  salvage: '/api/v1/runs/:id/salvage',
  salvagePatch: '/api/v1/runs/:id/salvage/:name/patch',
} as const;

/** May stand in for `idempotencyKey` of the body of a POST to /api/v1/runs. */
export const idempotencyHeader = 'idempotency-key';

/** The longest time an events request may be held open. */
export const longestEventWaitMs = 25_000;
export const mostEventsPerPage = 500;
export const mostRunsPerPage = 200;

const instant = z.iso.datetime();

/** A refused request: a problem of RFC 9457, with all that is known of the error in `error`. */
export const apiErrorSchema = z
  .object({
    /** `urn:runyard:error:<code>`. */
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    /** `urn:runyard:request:<request id>`, as in the header x-request-id and in the server's log. */
    instance: z.string(),
    error: errorDataSchema,
  })
  .meta({ id: 'Problem' });
export type ApiError = z.infer<typeof apiErrorSchema>;

/** A run as JSON: everything in `Run`, and where its parts are. */
export const runViewSchema = z
  .object({
    id: z.string(),
    spec: runSpecSchema,
    state: z.enum(runStates),
    stage: z.enum(stages).nullable(),
    attempt: z.number().int(),
    epoch: z.number().int(),
    owner: z.string().nullable(),
    leaseExpiresAt: instant.nullable(),
    startDeadlineAt: instant.nullable(),
    deadlineAt: instant.nullable(),
    expiresAt: instant,
    waitReason: z.enum(waitReasons).nullable(),
    waitUntil: instant.nullable(),
    waitDetail: waitDetailSchema.nullable(),
    stopIntent: stopIntentSchema.nullable(),
    recoveries: z.number().int(),
    delivery: deliverySchema.nullable(),
    error: errorDataSchema.nullable(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    durationMs: z.number().nullable(),
    usage: usageSchema,
    cost: costSchema,
    links: z.object({ self: z.string(), events: z.string(), diff: z.string(), why: z.string() }),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof runViewSchema>;

export const idempotencyKeySchema = z.string().min(1).max(200);

/**
 * POST /api/v1/runs: 201 when a run was made, 200 when the idempotency key already had one of the same spec, 422
 * (`api.idempotency-key-reused`) when it had one of another spec.
 */
export const createRunRequestSchema = z.object({
  spec: runSpecSchema,
  idempotencyKey: idempotencyKeySchema.optional(),
  /** Who asks, for the record. */
  by: z.string().min(1).max(200).optional(),
});
export type CreateRunRequest = z.infer<typeof createRunRequestSchema>;
export const runResponseSchema = z.object({ run: runViewSchema });
export type RunResponse = z.infer<typeof runResponseSchema>;

const filterText = z.string().min(1).max(1000);
/** GET /api/v1/runs: newest first. */
export const listRunsQuerySchema = z.strictObject({
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(runStates)))
    .optional()
    .describe(`States, separated by commas: ${runStates.join(', ')}.`),
  repository: filterText.optional().describe('Exactly as the run names it: a path or URL.'),
  ticket: filterText.optional().describe('The key of the ticket.'),
  agent: filterText.optional().describe('The agent of the first rung of the ladder.'),
  error: filterText
    .optional()
    .describe('The code of the error the run ended with, such as run.ladder-exhausted.'),
  since: instant.optional().describe('Accepted at that time or later.'),
  until: instant.optional().describe('Accepted before that time.'),
  text: filterText
    .optional()
    .describe('Words of the ticket, all of them; the last one may be unfinished. Or the start of a run id.'),
  limit: z.coerce.number().int().min(1).max(mostRunsPerPage).default(50).describe('Runs of a page.'),
  before: z.string().optional().describe('Only runs after this one in the list: `next` of the page before.'),
});
export const listRunsResponseSchema = z.object({
  runs: z.array(runViewSchema),
  /** `before` of the next page; null: this is the last one. */
  next: z.string().nullable(),
});
/** What a client asks with. */
export type ListRunsQuery = Partial<Omit<z.input<typeof listRunsQuerySchema>, 'state' | 'limit'>> & {
  readonly states?: readonly RunState[];
  readonly limit?: number;
};
export type ListRunsResponse = z.infer<typeof listRunsResponseSchema>;

const mostRuns = z.number().int().min(1);
const namedRun = {
  id: z.string(),
  title: z.string(),
  repository: z.string(),
  priority: z.enum(priorities),
  /** Agent and provider of the first rung of the ladder: what the run is counted under. */
  agent: z.string(),
  provider: z.string().nullable(),
};

/** GET /api/v1/queue: at most `mostRunsPerPage` of those that wait. */
export const queueResponseSchema = z.object({
  at: instant,
  /** In the order in which they would start. */
  waiting: z.array(
    z.object({
      ...namedRun,
      acceptedAt: instant,
      expiresAt: instant,
      /** Why it does not start now; all must end before it does. Empty: it starts with the next look at the queue. */
      reasons: z.array(z.enum(holdReasons)),
    }),
  ),
  waitingTotal: z.number().int(),
  /** What holds a place, on all nodes. */
  active: z.array(
    z.object({
      ...namedRun,
      state: z.enum(runStates),
      stage: z.enum(stages).nullable(),
      owner: z.string().nullable(),
      startedAt: instant.nullable(),
    }),
  ),
  limits: z.object({
    maxRuns: mostRuns,
    maxRunsPerRepository: mostRuns,
    maxRunsPerAgent: mostRuns.nullable(),
    maxRunsPerProvider: mostRuns.nullable(),
    maxQueued: mostRuns,
    repositories: z.record(z.string(), mostRuns),
    agents: z.record(z.string(), mostRuns),
    providers: z.record(z.string(), mostRuns),
  }),
  /** The node that answers; null when it starts no runs itself: then no server serves the data folder. */
  node: z
    .object({
      id: z.string(),
      places: z.number().int(),
      active: z.number().int(),
      /** What there is too little of to start another run. */
      short: z.array(shortageSchema),
    })
    .nullable(),
});
export type QueueResponse = z.infer<typeof queueResponseSchema>;

/** How a delivery was undone: `Rollback` of the domain. */
export const rollbackViewSchema = z.object({
  mode: z.enum(['revert', 'reset']),
  /** The branch that has the state without the change, and its commit at that time. */
  branch: z.string(),
  commit: z.string(),
  by: z.string(),
  at: instant,
  /** It was found undone at that time, by whomever. */
  found: z.boolean(),
});
export type RollbackView = z.infer<typeof rollbackViewSchema>;

/** GET /api/v1/runs/:id. */
export const runDetailsSchema = z.object({
  run: runViewSchema,
  plan: z
    .object({
      plan: planSchema,
      hash: z.string(),
      revision: z.number().int(),
      approvedBy: z.string().nullable(),
    })
    .nullable(),
  attempts: z.array(attemptRecordSchema),
  /** Where the run would resume: the newest checkpoint. */
  checkpoint: z
    .object({
      stage: z.enum(stages),
      baseCommit: z.string(),
      candidate: z.object({ commit: z.string(), verified: z.boolean() }).nullable(),
    })
    .nullable(),
  /** Refs under which unfinished work was kept. */
  snapshots: z.array(z.string()),
  /** null: nothing was delivered, or it was not undone. */
  rollback: rollbackViewSchema.nullable(),
  /** What it waits for now, and until when (S2); the nearest first. Empty for an ended run. */
  waits: z.array(z.object({ what: z.string(), until: instant, leftMs: z.number(), otherwise: z.string() })),
  /** What its worker said last, and how long ago; null: nothing, or nobody owns it. */
  activity: z.object({ text: z.string(), at: instant, ageMs: z.number() }).nullable(),
});
export type RunDetails = z.infer<typeof runDetailsSchema>;

/** GET /api/v1/runs/:id/events: those after `after`; with `waitMs` the answer waits for the first new one. */
export const eventsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(mostEventsPerPage).default(mostEventsPerPage),
  waitMs: z.coerce.number().int().min(0).max(longestEventWaitMs).default(0),
});
/** GET /api/v1/runs/:id/stream. */
export const streamQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('Events after this number; Last-Event-ID wins.'),
  type: z
    .string()
    .transform((text) => text.split(','))
    .optional()
    .describe('Only these kinds, separated by commas.'),
});
export type EventsQuery = z.output<typeof eventsQuerySchema>;
export const eventViewSchema = z.object({
  runId: z.string(),
  seq: z.number().int().min(1),
  at: instant,
  /** A kind this version may not know. */
  type: z.string(),
  data: z.unknown(),
});
export type EventView = z.infer<typeof eventViewSchema>;
/** `ended`: the run has ended, or waits for a person, and nothing follows these events until somebody decides. */
export const eventsResponseSchema = z.object({ events: z.array(eventViewSchema), ended: z.boolean() });
export type EventsResponse = z.infer<typeof eventsResponseSchema>;

/**
 * GET /api/v1/system-events: what happened to the system and not to one run. The newest first, `before` an id; with `after` those that
 * followed it, the oldest first. `subject` and `type` are compared as they stand.
 */
export const systemEventsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).optional(),
  before: z.coerce.number().int().min(1).optional(),
  subject: z.string().optional(),
  type: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(mostEventsPerPage).default(50),
});
export type SystemEventsQuery = Partial<z.output<typeof systemEventsQuerySchema>>;
export const systemEventViewSchema = z.object({
  id: z.number().int(),
  at: instant,
  /** A kind this version may not know. */
  type: z.string(),
  /** `node:<id>`, `run:<id>`, `provider:<name>`, `agent:<name>`, `cause:<error code>`. */
  subject: z.string(),
  /** `message` is for people; the rest is of the type. */
  data: z.looseObject({ message: z.string().optional() }),
});
export type SystemEventView = z.infer<typeof systemEventViewSchema>;
export const systemEventsResponseSchema = z.object({ events: z.array(systemEventViewSchema) });
export type SystemEventsResponse = z.infer<typeof systemEventsResponseSchema>;

/** GET /api/v1/runs/:id/diff: base commit to delivered commit (or to the best attempt kept so far). */
export const diffResponseSchema = z.object({
  diff: z.string(),
  truncated: z.boolean(),
  files: z.array(
    z.object({
      path: z.string(),
      /** null for binary files. */
      added: z.number().int().nullable(),
      deleted: z.number().int().nullable(),
    }),
  ),
});
export type DiffResponse = z.infer<typeof diffResponseSchema>;

/** GET /api/v1/runs/:id/why: `Explanation` of the domain. */
export const whyResponseSchema = z.object({
  state: z.enum(runStates),
  class: z.string(),
  headline: z.string(),
  evidence: z.array(z.string()),
  tried: z.array(z.string()),
  saved: z.array(z.string()),
  next: z.array(z.string()),
});
export type WhyResponse = z.infer<typeof whyResponseSchema>;

const by = z.string().min(1).max(200);

/** POST /api/v1/runs/:id/approve: names exactly what is approved, a plan's hash or the commit of an unverified change. */
export const approveRequestSchema = z.union([
  z.strictObject({ planHash: z.string().min(1), by }),
  z.strictObject({ unverifiedCommit: z.string().min(7), by }),
]);
export type ApproveRequest = z.infer<typeof approveRequestSchema>;

/** POST /api/v1/runs/:id/cancel. */
export const cancelRequestSchema = z.object({ by, reason: z.string().min(1).max(1000) });
export type CancelRequest = z.infer<typeof cancelRequestSchema>;

/** POST /api/v1/runs/:id/rollback: undoes what the run delivered, on its branch. */
export const rollbackRequestSchema = z.object({ mode: z.enum(['revert', 'reset']), by });
export type RollbackRequest = z.infer<typeof rollbackRequestSchema>;
/** `changed` false: it had been undone before, the rest says how, and nothing was done now. */
export const rollbackResponseSchema = rollbackViewSchema.extend({ changed: z.boolean() });
export type RollbackResponse = z.infer<typeof rollbackResponseSchema>;

/** GET /api/v1/health: 200 when runs are accepted and driven, 503 otherwise. */
export const healthResponseSchema = z.object({
  status: z.enum(['ok', 'draining', 'failing']),
  version: z.string(),
  node: z.string(),
  pid: z.number().int(),
  database: z.enum(['ok', 'failing']),
  schemaVersion: z.string().nullable(),
  sandbox: z.object({ mode: sandboxModeSchema, why: z.string() }),
  activeRuns: z.number().int(),
  /** Nodes that drive runs on this database, and who of them does what only one may do. */
  nodes: z
    .array(z.object({ id: z.string(), host: z.string(), pid: z.number().int(), since: instant }))
    .default([]),
  singletons: z.array(z.object({ name: z.string(), holder: z.string(), since: instant })).default([]),
  /** Providers and agents that are left alone for now, or tried by one run; the others are closed. */
  breakers: z
    .array(z.object({ key: z.string(), state: z.enum(breakerStates), retryAt: instant.nullable() }))
    .default([]),
  /** The newest pass of each node's reaper that found what nobody answered for, in the last week. */
  orphans: z
    .array(
      z.object({
        node: z.string(),
        at: instant,
        counts: z.array(orphanCountSchema),
        left: z.number().int(),
        failures: z.array(orphanFailureSchema),
      }),
    )
    .default([]),
});
export type HealthResponse = z.infer<typeof healthResponseSchema>;

/** `<data>/server.json`, written by the control plane while it serves the folder. */
export const serverFileSchema = z.object({
  url: z.string(),
  pid: z.number().int(),
  node: z.string(),
  version: z.string(),
  startedAt: instant,
});
export type ServerFile = z.infer<typeof serverFileSchema>;
