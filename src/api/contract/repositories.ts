import { z } from 'zod';
import { checkKinds, checkStatuses } from '../../domain/verdict.ts';
import { durationsSchema, endedCountsSchema, limitSchema, runLineSchema } from './figures.ts';
import { instant } from './instant.ts';

const repositorySchema = z.object({
  /** As runs name it: a path or URL. */
  name: z.string(),
  /** Runs that have not ended. */
  open: z.number().int().min(0),
  /** Of the last 30 days. */
  ended: endedCountsSchema,
  limit: limitSchema.extend({ mostRuns: z.number().int().min(1) }),
  lastRun: runLineSchema,
});

/** GET /api/v1/repositories: that of the newest run first, at most 500. */
export const repositoriesResponseSchema = z.object({
  repositories: z.array(
    repositorySchema.extend({
      /** Names of the checks that were found last; null: none of the last runs got that far. */
      checks: z.array(z.string()).nullable(),
    }),
  ),
});
export type RepositoriesResponse = z.infer<typeof repositoriesResponseSchema>;

/** GET /api/v1/repositories/detail. */
export const repositoryQuerySchema = z.object({
  repository: z.string().min(1).max(4000).describe('Exactly as runs name it: a path or URL.'),
});
export const repositoryResponseSchema = repositorySchema.extend({
  durations: durationsSchema,
  /** As the last run that got so far found them; null: none did. */
  checks: z
    .object({
      run: z.string(),
      at: instant,
      found: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(checkKinds),
          /** Empty: Runyard does it itself. */
          command: z.array(z.string()),
          /** Where it was found: `package.json scripts.test`. */
          source: z.string(),
          timeoutMs: z.number(),
          status: z.enum(checkStatuses),
          /** On the base commit; null: it did not run there. */
          baseStatus: z.enum(checkStatuses).nullable(),
          durationMs: z.number(),
        }),
      ),
    })
    .nullable(),
  /** The newest first, at most 50. */
  recent: z.array(runLineSchema),
});
export type RepositoryResponse = z.infer<typeof repositoryResponseSchema>;
