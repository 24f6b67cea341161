import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { searchChange } from './search-change.ts';
import type { Change } from './types.ts';

/*
 * A program of its own, started in the sandbox of the checks: the parser ends the whole process on some hostile files, and a search that
 * takes too long can only be ended from outside.
 */
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
const change: Change = z
  .object({
    items: z.array(item),
    scope: z.array(z.string()).nullable(),
    reach: z.array(z.object({ test: z.string(), reaches: z.enum(['near', 'far', 'nothing']) })),
  })
  .parse(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(await searchChange(change)));
