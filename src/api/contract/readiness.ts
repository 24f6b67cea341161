import { z } from 'zod';
import { instant } from './instant.ts';

/** GET /api/v1/ready: 200 when this node can take and move runs, 503 otherwise. */
export const readyResponseSchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  at: instant,
  checks: z.array(
    z.object({
      name: z.enum(['accepting', 'database', 'migrations', 'data-folder', 'scheduler']),
      status: z.enum(['ok', 'failing']),
      /** What was found, one sentence. */
      what: z.string(),
      tookMs: z.number(),
    }),
  ),
});
export type ReadyResponse = z.infer<typeof readyResponseSchema>;

/** GET /api/v1/live: that it is answered at all is the answer. */
export const liveResponseSchema = z.object({ status: z.literal('alive'), at: instant });
