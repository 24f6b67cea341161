import { z } from 'zod';
import { breakerViewSchema, limitSchema } from './figures.ts';
import { instant } from './instant.ts';

/** GET /api/v1/agents: those that come with Runyard, those of the configuration, and those that open runs use. */
export const agentsResponseSchema = z.object({
  agents: z.array(
    z.object({
      name: z.string(),
      /** Named by the configuration. */
      configured: z.boolean(),
      available: z.boolean(),
      /** null: it does not tell, or is not there. */
      version: z.string().nullable(),
      /** Why it cannot be used and what to do; null when it can. */
      problem: z.object({ what: z.string(), why: z.string(), next: z.string() }).nullable(),
      /** When this was looked at; it is good for a minute. */
      checkedAt: instant,
      breaker: breakerViewSchema,
      ...limitSchema.shape,
    }),
  ),
});
export type AgentsResponse = z.infer<typeof agentsResponseSchema>;

/** GET /api/v1/providers: the accounts of the configuration, and others that open runs use. */
export const providersResponseSchema = z.object({
  providers: z.array(
    z.object({
      name: z.string(),
      /** The protocol it speaks; null: not in this configuration. */
      kind: z.enum(['anthropic', 'openai']).nullable(),
      /** Host and port, no path and no secret; null: not in this configuration. */
      host: z.string().nullable(),
      hasKey: z.boolean(),
      breaker: breakerViewSchema,
      /** Runs that wait for it. */
      parked: z.number().int().min(0),
      /** When the first of them goes on; null when none waits. */
      parkedUntil: instant.nullable(),
      ...limitSchema.shape,
      /** Of the configuration and of open runs. */
      models: z.array(
        z.object({
          /** `provider/model`. */
          name: z.string(),
          configured: z.boolean(),
          /** Open runs whose ladder or plan names it. */
          openRuns: z.number().int().min(0),
          contextTokens: z.number().nullable(),
          outputTokens: z.number().nullable(),
          /** Whether its price is known; without it the cost of a run is unknown. */
          priceKnown: z.boolean(),
        }),
      ),
    }),
  ),
});
export type ProvidersResponse = z.infer<typeof providersResponseSchema>;
