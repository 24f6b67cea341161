import { z } from 'zod';
import { shortageSchema } from '../../domain/shortage.ts';
import { instant } from './instant.ts';

export const nodeViewSchema = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number().int(),
  /** null: of a version that does not tell. */
  version: z.string().nullable(),
  /** `lost`: its lease ended without a word. */
  state: z.enum(['alive', 'draining', 'stopped', 'lost']),
  since: instant,
  lastHeartbeatAt: instant,
  stoppedAt: instant.nullable(),
  activeRuns: z.number().int().min(0),
  /** What it does for all nodes. */
  duties: z.array(z.object({ name: z.string(), since: instant })),
  /** The one that answers. */
  here: z.boolean(),
  /** What it has too little of to start another run; null: only the node itself knows. */
  short: z.array(shortageSchema).nullable(),
  /** How many runs it may have; null: only the node itself knows. */
  places: z.number().int().nullable(),
});
export type NodeView = z.infer<typeof nodeViewSchema>;

/** GET /api/v1/nodes: living ones first, then those that stopped or were lost in the last week. */
export const nodesResponseSchema = z.object({ at: instant, nodes: z.array(nodeViewSchema) });
