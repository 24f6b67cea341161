import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunyardError } from '../domain/errors/runyard-error.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { isGitError } from './git.ts';

const ALL = '*';
const MOST_SINGLE_FILES = 20;

/**
 * Runs git commands that read or write a work tree. A `working-tree-encoding` of .gitattributes counts, as it does for everybody who
 * clones the repository; where git dies of one, that file is taken as it is, by an override in our own git directory. Gives those files
 * (`*`: all of them).
 */
export async function withoutBrokenEncodings<T>(
  gitDir: string,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly unencodable: readonly string[] }> {
  const overridden: string[] = [];
  const override = join(gitDir, 'info', 'attributes');
  try {
    for (;;) {
      const tried = await attempt(work);
      if (tried.ok) return { value: tried.value, unencodable: overridden };
      const broken = tried.error;
      if (overridden.includes(ALL)) throw broken.error;
      const isKnown = broken.path === null || overridden.includes(broken.path);
      overridden.push(isKnown || overridden.length >= MOST_SINGLE_FILES ? ALL : (broken.path ?? ALL));
      mkdirSync(join(gitDir, 'info'), { recursive: true });
      writeFileSync(override, overridden.map(attributesLine).join(''));
    }
  } finally {
    if (overridden.length > 0) rmSync(override, { force: true });
  }
}

interface Broken {
  readonly error: RunyardError;
  readonly path: string | null;
}

async function attempt<T>(work: () => Promise<T>): Promise<Result<T, Broken>> {
  try {
    return ok(await work());
  } catch (error) {
    if (!isGitError(error, 'git.bad-attributes')) throw error;
    const { path } = error.fields;
    return err({ error, path: typeof path === 'string' ? path : null });
  }
}

/** A path as a pattern of gitattributes: from the root, with nothing in it that matches more than itself. */
function attributesLine(path: string): string {
  const pattern = path === ALL ? ALL : `/${path.replaceAll(/[\\?*[\]]/g, '\\$&')}`;
  return `"${pattern.replaceAll(/["\\]/g, '\\$&')}" !working-tree-encoding\n`;
}
