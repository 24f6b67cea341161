import { z } from 'zod';
import type { Change } from './types.ts';

const item = z.object({
  path: z.string(),
  oldPath: z.string().nullable(),
  kind: z.enum(['added', 'modified', 'deleted', 'renamed']),
  form: z.enum(['file', 'link', 'submodule']),
  isExecutable: z.boolean(),
  sizeBytes: z.number(),
  oldSizeBytes: z.number(),
  isBinary: z.boolean(),
  signature: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

/** A change on its way to a process of its own. */
export const changeSchema: z.ZodType<Change> = z.object({
  items: z.array(item),
  scope: z.array(z.string()).nullable(),
  reach: z.array(z.object({ test: z.string(), reaches: z.enum(['near', 'far', 'nothing']) })),
});
