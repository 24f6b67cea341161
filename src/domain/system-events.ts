import { z } from 'zod';
import { orphanCountSchema, orphanFailureSchema } from './orphan.ts';
import { retentionCountSchema } from './retention.ts';
import { shortageSchema } from './shortage.ts';

/**
 * What happens to the system and not to one run. Append-only: a kind may gain optional fields, never lose one. `message` is for people: what
 * happened, why, and what to do if there is something to do.
 */
export const systemEventDataSchemas = {
  'node.started': z.object({ message: z.string(), host: z.string(), pid: z.number().int() }),
  'node.stopped': z.object({ message: z.string(), host: z.string(), pid: z.number().int() }),
  /** Its lease ended although it never said that it stops; told by another node. */
  'node.lost': z.object({ message: z.string(), host: z.string(), pid: z.number().int() }),
  /** It was asked to end: it claims nothing more and lets `left` runs go on for at most `limitMs`. */
  'node.draining': z.object({
    message: z.string(),
    host: z.string(),
    pid: z.number().int(),
    left: z.number().int(),
    limitMs: z.number(),
  }),
  /** An admitted run was not started by any node within its start deadline, and failed. */
  'run.not-started': z.object({ message: z.string(), run: z.string() }),
  /** More than five runs in a row ended with one cause. */
  'failures.repeated': z.object({ message: z.string(), code: z.string(), runs: z.array(z.string()) }),
  /** A provider or an agent is left alone until `retryAt`; runs that need it wait. One event, however many runs. */
  'breaker.opened': z.object({ message: z.string(), cause: z.string(), retryAt: z.iso.datetime() }),
  /** One run tries it. */
  'breaker.half-opened': z.object({ message: z.string(), run: z.string() }),
  'breaker.closed': z.object({ message: z.string() }),
  /** A node starts no runs from here on, because disk or memory is short there. */
  'resources.low': z.object({ message: z.string(), host: z.string(), short: z.array(shortageSchema) }),
  'resources.enough': z.object({ message: z.string(), host: z.string() }),
  /** One pass of a node's reaper found what nobody answered for. `left`: found, and not tried any more in this pass. */
  'orphans.found': z.object({
    message: z.string(),
    host: z.string(),
    counts: z.array(orphanCountSchema),
    left: z.number().int(),
    failures: z.array(orphanFailureSchema),
  }),
  /** Retention removed what was over its limits of age, count or size; `failed` is tried again with the next pass. */
  'retention.removed': z.object({
    message: z.string(),
    host: z.string(),
    counts: z.array(retentionCountSchema),
  }),
  /** Runs and the engine's jobs contradicted each other for longer than a moment. */
  'queue.contradiction': z.object({
    message: z.string(),
    kind: z.string(),
    run: z.string().nullable(),
    job: z.string().nullable(),
  }),
} as const;

export type SystemEventType = keyof typeof systemEventDataSchemas;
export type SystemEventData<T extends SystemEventType> = z.infer<(typeof systemEventDataSchemas)[T]>;

export const systemEventTypeSchema = z.enum(
  Object.keys(systemEventDataSchemas) as [SystemEventType, ...SystemEventType[]],
);

export type NewSystemEvent = {
  [T in SystemEventType]: {
    readonly type: T;
    /** `node:<id>`, `run:<id>`, `provider:<name>`, `agent:<name>`, `cause:<error code>`. */
    readonly subject: string;
    /** The same occurrence is stored once, whoever notices it; absent: stored as often as it is said. */
    readonly occurrence?: string;
    readonly data: SystemEventData<T>;
  };
}[SystemEventType];

/** A stored one; `id` grows. */
export type SystemEvent = NewSystemEvent & { readonly id: number; readonly at: Date };

/** Throws ZodError when the data does not fit the type. */
export function parseSystemEvent(type: string, subject: string, data: unknown): NewSystemEvent {
  const known = systemEventTypeSchema.parse(type);
  return { type: known, subject, data: systemEventDataSchemas[known].parse(data) } as NewSystemEvent;
}
