import { z } from 'zod';
import { instant } from './instant.ts';

/** One state of a run's work tree that was kept. */
export const savedWorkViewSchema = z.object({
  /** `handed-over-1`, `failed-2`, `attempt-1`. */
  name: z.string(),
  commit: z.string(),
  baseCommit: z.string(),
  at: instant,
  reason: z.string(),
  files: z.array(
    z.object({
      path: z.string(),
      status: z.enum(['added', 'modified', 'deleted', 'type-changed']),
      /** null for binary files. */
      added: z.number().int().nullable(),
      deleted: z.number().int().nullable(),
    }),
  ),
});
export type SavedWorkView = z.infer<typeof savedWorkViewSchema>;

/** GET /api/v1/runs/:id/salvage: the newest first. */
export const savedWorkResponseSchema = z.object({ run: z.string(), saved: z.array(savedWorkViewSchema) });
export type SavedWorkResponse = z.infer<typeof savedWorkResponseSchema>;

/** GET /api/v1/runs/:id/salvage/:name/patch: base64 of what `git apply` takes. */
export const savedPatchResponseSchema = z.object({ name: z.string(), patch: z.base64() });
export type SavedPatchResponse = z.infer<typeof savedPatchResponseSchema>;

/** POST /api/v1/runs/:id/salvage: a new branch in the local source. Without `name` the newest; without `branch` `runyard/salvage-<short id>`. */
export const salvageRequestSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  branch: z
    .string()
    .max(200)
    .regex(/^(?!-)[^\s\p{Cc}~^:?*[\\]+$/u, 'is no name of a branch')
    .optional(),
});
export type SalvageRequest = z.infer<typeof salvageRequestSchema>;
/** `created` false: that branch had exactly this work already. */
export const salvageResponseSchema = z.object({
  branch: z.string(),
  name: z.string(),
  commit: z.string(),
  created: z.boolean(),
});
export type SalvageResponse = z.infer<typeof salvageResponseSchema>;
