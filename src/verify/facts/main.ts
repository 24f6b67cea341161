import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { diagnosticSchema } from '../../domain/verdict.ts';
import { findFacts } from './find-facts.ts';

/*
 * A program of its own, started in the sandbox of the checks: looking facts up follows links, `extends` and package.json of a change
 * wherever they lead, and may block for ever on what it finds. The folder is the one it is started in.
 */
const request = z.object({
  files: z.array(z.string()),
  budgetMs: z.number(),
  problems: z.array(z.object({ diagnostic: diagnosticSchema, fix: z.array(z.string()).nullable() })),
});
const { files, budgetMs, problems } = request.parse(JSON.parse(await text(process.stdin)));
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const facts = findFacts({ root: process.cwd(), files, problems, budgetMs, now });
process.stdout.write(JSON.stringify({ facts }));
