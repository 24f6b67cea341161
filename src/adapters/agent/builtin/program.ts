import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** TypeScript in a clone, JavaScript once built: the program has the same ending as this file. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
/** The folder of `src` or `dist`. */
const CODE = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGE_FILE = fileURLToPath(new URL('../../../../package.json', import.meta.url));

export const builtinProgram = fileURLToPath(new URL(`./main.${ENDING}`, import.meta.url));

/**
 * What the program needs to see of Runyard, should the clone lie in a folder that the sandbox hides. Not the whole clone: a data folder
 * may lie in it.
 */
export function builtinReadable(node: string): string[] {
  return [node, CODE, PACKAGE_FILE, dependencies()];
}

/** The node_modules that holds what the program imports. */
function dependencies(): string {
  const found = createRequire(import.meta.url).resolve('zod/package.json');
  const marker = `${sep}node_modules${sep}`;
  return join(found.slice(0, found.lastIndexOf(marker)), 'node_modules');
}

export async function builtinVersion(): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(PACKAGE_FILE, 'utf8'))).version;
}
