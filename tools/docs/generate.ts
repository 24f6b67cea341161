import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { exitCodesPage } from './exit-codes-page.ts';

/** Writes docs/reference from the code. With --check nothing is written: exit code 1 when a page is not what the code says. */

const folder = path.resolve(import.meta.dirname, '../../docs/reference');

const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'cli.md': cliPage,
  'errors.md': errorsPage,
  'events.md': eventsPage,
  'exit-codes.md': exitCodesPage,
};

const stale: string[] = [];
await mkdir(folder, { recursive: true });
for (const [name, make] of Object.entries(pages)) {
  const file = path.join(folder, name);
  const wanted = make();
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found === wanted) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(file, wanted);
}

if (stale.length === 0) console.log('docs/reference is what the code says.');
else if (process.argv.includes('--check')) {
  console.error(`docs/reference is not what the code says: ${stale.join(', ')}. Write it anew: npm run docs`);
  process.exitCode = 1;
} else console.log(`Written: ${stale.join(', ')}.`);
