import { text } from 'node:stream/consumers';
import { checkImports } from '../imports-check.ts';
import { relatedTests } from './related-tests.ts';

/*
 * A program of its own, started in the sandbox of the checks: resolving follows links, `extends` and package.json of a change wherever
 * they lead, and may block for ever on what it finds. The folder is the one it is started in. Asked with `tests`, its first line says which
 * of them depend on the files; unless it is not wanted, its last says what is wrong with the imports in the files.
 */
const MOST_FILES = 20_000;

interface Request {
  readonly files: readonly string[];
  readonly tests?: readonly string[];
  readonly isReported?: boolean;
  readonly limitMs?: number;
}

// From our own process: a schema would only make the start slower.
const request = JSON.parse(await text(process.stdin)) as Request;
const { files, tests, isReported = true, limitMs = 10_000 } = request;
const root = process.cwd();
const deadline = performance.now() + limitMs;
const tell = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
if (tests) tell({ related: relatedTests({ root, changed: files, tests, mostFiles: MOST_FILES, deadline }) });
if (isReported) tell(checkImports({ root, files }));
