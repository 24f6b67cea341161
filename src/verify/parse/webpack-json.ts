import { z } from 'zod';
import { jsonDocuments } from './json-documents.ts';
import type { Parser } from './problem.ts';
import { parseTsc } from './tsc.ts';
import { parseWebpack } from './webpack.ts';

/** https://webpack.js.org/api/stats/#errors-and-warnings */
const statsSchema = z.object({
  errors: z.array(
    z.object({ message: z.string(), moduleName: z.string().optional(), loc: z.string().optional() }),
  ),
  errorsCount: z.number(),
});

/** Statistics of webpack and rspack (`--json`). */
export const parseWebpackJson: Parser = (lines) =>
  jsonDocuments(lines, /"errorsCount"/).flatMap((document) => {
    const errors = statsSchema.safeParse(document).data?.errors ?? [];
    const printed = errors.flatMap(asPrinted);
    return [...parseWebpack(printed), ...parseTsc(printed)];
  });

/** An error as the command prints it. */
function asPrinted({ message, moduleName, loc }: z.infer<typeof statsSchema>['errors'][number]): string[] {
  const head = moduleName === undefined ? [] : [`ERROR in ${moduleName}${loc ? ` ${loc}` : ''}`];
  return [...head, ...message.split('\n'), ''];
}
