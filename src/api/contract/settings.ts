import { z } from 'zod';

/** GET /api/v1/settings: what this node runs with. Secrets are masked. */
export const settingsResponseSchema = z.object({
  /** Files that were read, what counts more first. */
  files: z.array(z.string()),
  warnings: z.array(z.string()),
  /** In the order of docs/reference/configuration.md. */
  settings: z.array(
    z.object({
      setting: z.string(),
      value: z.unknown(),
      /** `default`, a file, a variable or a flag. */
      source: z.string(),
      description: z.string(),
      secret: z.boolean(),
    }),
  ),
});
export type SettingsResponse = z.infer<typeof settingsResponseSchema>;
