import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { checkImports } from '../imports-check.ts';

/*
 * A program of its own, started in the sandbox of the checks: resolving follows links, `extends` and package.json of a change wherever
 * they lead, and may block for ever on what it finds. The folder is the one it is started in.
 */
const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(checkImports({ root: process.cwd(), files })));
