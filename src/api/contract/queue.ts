import { z } from 'zod';
import { holdReasons } from '../../domain/hold-reason.ts';
import { priorities } from '../../domain/run.ts';
import { runStates } from '../../domain/run-state.ts';
import { shortageSchema } from '../../domain/shortage.ts';
import { stages } from '../../domain/stage.ts';
import { instant } from './instant.ts';

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
