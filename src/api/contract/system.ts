import { z } from 'zod';
import { breakerStates } from '../../domain/breaker.ts';
import { orphanCountSchema, orphanFailureSchema } from '../../domain/orphan.ts';
import { sandboxModeSchema } from '../../domain/sandbox.ts';
import { instant } from './instant.ts';
import { mostEventsPerPage } from './routes.ts';

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
