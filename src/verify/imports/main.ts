import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { checkImports } from '../imports-check.ts';
import { relatedTests } from './related-tests.ts';

/*
 * A program of its own, started in the sandbox of the checks: resolving follows links, `extends` and package.json of a change wherever
 * they lead, and may block for ever on what it finds. The folder is the one it is started in. Asked with `tests`, its first line says which
 * of them depend on the files; unless it is not wanted, its last says what is wrong with the imports in the files.
 */
const MOST_FILES = 20_000;
const request = z.object({
  files: z.array(z.string()),
  tests: z.array(z.string()).optional(),
  isReported: z.boolean().default(true),
  limitMs: z.number().default(10_000),
});

const { files, tests, isReported, limitMs } = request.parse(JSON.parse(await text(process.stdin)));
const root = process.cwd();
const deadline = performance.now() + limitMs;
const tell = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
if (tests) tell({ related: relatedTests({ root, changed: files, tests, mostFiles: MOST_FILES, deadline }) });
if (isReported) tell(checkImports({ root, files }));
