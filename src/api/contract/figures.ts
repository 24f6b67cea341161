import { z } from 'zod';
import { breakerStates } from '../../domain/breaker.ts';
import { runStates } from '../../domain/run-state.ts';
import { costSchema, usageSchema } from '../../domain/usage.ts';
import { instant } from './instant.ts';

const count = z.number().int().min(0);

/** What part of the tokens that went in came from the prompt cache, 0 to 1; null when none went in. */
export const cacheShareSchema = z.number().min(0).max(1).nullable();

export const spentSchema = z.object({
  usage: usageSchema,
  cacheShare: cacheShareSchema,
  cost: costSchema,
});

/** How runs ended. `delivered + failed + timedOut + cancelled = ended`. */
export const endedCountsSchema = z.object({
  ended: count,
  delivered: count,
  failed: count,
  timedOut: count,
  cancelled: count,
  /** `delivered / ended`; null when none ended. */
  successRate: z.number().min(0).max(1).nullable(),
});

export const durationsSchema = z.object({
  /** Of ended runs that nobody cancelled, from acceptance to end; null when there are none. */
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

/** `mostRuns` null: no limit of its own. */
export const limitSchema = z.object({ running: count, mostRuns: z.number().int().min(1).nullable() });

/** What stands before a provider or an agent; one that was never in trouble is closed. */
export const breakerViewSchema = z.object({
  state: z.enum(breakerStates),
  since: instant.nullable(),
  /** When a run may try it next. */
  retryAt: instant.nullable(),
  /** What opened it: code of the error, and in words. */
  code: z.string().nullable(),
  cause: z.string().nullable(),
  next: z.string().nullable(),
});
export type BreakerView = z.infer<typeof breakerViewSchema>;

/** A run as a line of a list. */
export const runLineSchema = z.object({
  id: z.string(),
  ticket: z.string().nullable(),
  title: z.string(),
  state: z.enum(runStates),
  /** The code of the error it ended with. */
  error: z.string().nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
  durationMs: z.number().nullable(),
  attempts: count,
  cost: costSchema,
});
export type RunLine = z.infer<typeof runLineSchema>;
