import { z } from 'zod';
import { errorDataSchema } from '../../domain/errors/runyard-error.ts';
import { deliverySchema, runSpecSchema, stopIntentSchema, waitDetailSchema } from '../../domain/run.ts';
import { runStates, waitReasons } from '../../domain/run-state.ts';
import { stages } from '../../domain/stage.ts';
import { costSchema, usageSchema } from '../../domain/usage.ts';
import { instant } from './instant.ts';

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
