import { z } from 'zod';
import { errorDataSchema } from '../../domain/errors/runyard-error.ts';

export const snapshotRequest = z.object({
  workspaceDir: z.string(),
  mirrorDir: z.string(),
  runId: z.string(),
  name: z.string(),
  baseCommit: z.string(),
  knownTree: z.string().optional(),
  date: z.string(),
  timeoutMs: z.number(),
});
export type SnapshotRequest = z.infer<typeof snapshotRequest>;

/** `saved` is null when nothing has changed. */
export const snapshotAnswer = z.union([
  z.object({ saved: z.object({ ref: z.string(), commit: z.string(), tree: z.string() }).nullable() }),
  z.object({ error: errorDataSchema }),
]);
