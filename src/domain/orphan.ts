import { z } from 'zod';

/** What the reaper looks for. A `ledger-entry` names a thing that is gone. */
export const orphanKinds = ['workspace', 'worker', 'process', 'temporary-folder', 'ledger-entry'] as const;
export type OrphanKind = (typeof orphanKinds)[number];

/** What one pass found of a kind: removed + failed + left for the next pass. */
export const orphanCountSchema = z.object({
  kind: z.enum(orphanKinds),
  found: z.number().int(),
  removed: z.number().int(),
  failed: z.number().int(),
});
export type OrphanCount = z.infer<typeof orphanCountSchema>;

/** Why one could not be removed; it is tried again. */
export const orphanFailureSchema = z.object({
  kind: z.enum(orphanKinds),
  handle: z.string(),
  why: z.string(),
});
export type OrphanFailure = z.infer<typeof orphanFailureSchema>;
