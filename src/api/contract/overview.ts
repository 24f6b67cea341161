import { z } from 'zod';
import { failureSides } from '../../domain/failure-side.ts';
import { runStates, waitReasons } from '../../domain/run-state.ts';
import { stages } from '../../domain/stage.ts';
import {
  breakerViewSchema,
  durationsSchema,
  endedCountsSchema,
  limitSchema,
  spentSchema,
} from './figures.ts';
import { instant } from './instant.ts';
import { nodeViewSchema } from './nodes.ts';
import { longestWindowHours } from './view-routes.ts';

const count = z.number().int().min(0);

export const overviewQuerySchema = z.object({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(longestWindowHours)
    .default(24)
    .describe('The window: runs that ended in the last so many hours.'),
});

export const needsYouSchema = z.object({
  /** `decide`: a person must say something. `failed`: it failed in the window and nobody marked it as seen. `parked`: it goes on by itself at `until`. */
  kind: z.enum(['decide', 'failed', 'parked']),
  id: z.string(),
  ticket: z.string().nullable(),
  title: z.string(),
  repository: z.string(),
  state: z.enum(runStates),
  stage: z.enum(stages).nullable(),
  /** null for one that failed. */
  waitReason: z.enum(waitReasons).nullable(),
  /** A stable word: the reason of the wait, or the code of the error. */
  reason: z.string(),
  /** In a sentence. */
  what: z.string(),
  /** Since when it waits, or when it failed. */
  since: instant,
  /** When the wait ends by itself; null for one that failed. */
  until: instant.nullable(),
});
export type NeedsYou = z.infer<typeof needsYouSchema>;

/** GET /api/v1/overview. */
export const overviewResponseSchema = z.object({
  at: instant,
  hours: z.number().int(),
  /** Decisions first, then failures, then parked ones; at most 50 of each kind, the totals are in `needsYouTotals`. */
  needsYou: z.array(needsYouSchema),
  needsYouTotals: z.object({ decide: count, failed: count, parked: count }),
  /** Open ones as they are now, ended ones that ended in the window. */
  states: z.record(z.enum(runStates), count),
  ended: endedCountsSchema,
  /** Of those that failed or timed out: whose doing it was. */
  failures: z.record(z.enum(failureSides), count),
  durations: durationsSchema,
  /** The window in equal parts, the oldest first, none left out. */
  series: z.object({
    partMs: z.number().int(),
    parts: z.array(
      z.object({
        /** When the part begins. */
        at: instant,
        ended: count,
        delivered: count,
        /** Failed or timed out. */
        failed: count,
        cancelled: count,
        medianMs: z.number().nullable(),
      }),
    ),
  }),
  selfHeal: z.object({
    /** Runs that needed a second attempt, or failed with their first: their first did not pass. */
    hurt: count,
    /** Those of them that were delivered by a later attempt. */
    healed: count,
    /** `healed / hurt`; null when none was hurt. */
    rate: z.number().min(0).max(1).nullable(),
  }),
  /** The most frequent first, at most ten. */
  failureCategories: z.array(
    z.object({
      code: z.string(),
      side: z.enum(failureSides),
      count,
      example: z.object({ id: z.string(), title: z.string(), what: z.string(), at: instant }),
    }),
  ),
  /** Of the runs that ended in the window. */
  spent: spentSchema.extend({
    /** Runs whose cost is not fully known; `cost.usd` has the known part. */
    unknownCostRuns: count,
    /** What a delivered run cost on average, all runs counted; null when none was delivered or a cost is unknown. */
    usdPerDelivered: z.number().nullable(),
  }),
  queue: z.object({
    waiting: count,
    /** Since when the oldest waits. */
    oldestAt: instant.nullable(),
    mostWaiting: z.number().int(),
    /** Starting or running, on all nodes. */
    places: limitSchema.extend({ mostRuns: z.number().int().min(1) }),
    mostRunsPerRepository: z.number().int(),
  }),
  /** Of the configuration, and those of others that are in trouble. */
  providers: z.array(z.object({ name: z.string(), breaker: breakerViewSchema, ...limitSchema.shape })),
  /** Those whose breaker is not closed. */
  agentsInTrouble: z.array(z.object({ name: z.string(), breaker: breakerViewSchema })),
  nodes: z.array(nodeViewSchema),
});
export type OverviewResponse = z.infer<typeof overviewResponseSchema>;
