import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { exitCodesPage } from './exit-codes-page.ts';
import { healingPage } from './healing-page.ts';

const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'cli.md': cliPage,
  'errors.md': errorsPage,
  'events.md': eventsPage,
  'exit-codes.md': exitCodesPage,
  'healing.md': healingPage,
};

/** The pages in a folder that are not what the code says. */
export async function stalePages(folder: string): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(pages).map(async ([name, make]) => {
      const text = await readFile(path.join(folder, name), 'utf8').catch(() => null);
      return text === make() ? [] : [name];
    }),
  );
  return found.flat();
}

export async function writePages(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(path.join(folder, name), pages[name]?.() ?? '');
}
