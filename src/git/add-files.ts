import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import type { StagingArea } from './staging-area.ts';

export interface AddOptions {
  /** Literal paths that stay out, besides those of the area. */
  readonly left?: readonly string[];
  /** Leave out single files that git refuses, instead of throwing. */
  readonly lenient?: boolean;
}

/**
 * Takes everything below the work tree into the index. Packages stay out whatever the change's own .gitignore says of them, unless the
 * repository has had some all along. Gives the raw paths of what git refuses, where `lenient`: names a repository must not hold, and
 * what is no file any more.
 */
export async function addFiles(
  area: StagingArea,
  { left = [], lenient = false }: AddOptions,
): Promise<string[]> {
  const packages = (await tracksPackages(area)) ? [] : [':(top,exclude,glob)**/node_modules/**'];
  const literal = [...area.exclude, ...left].map((path) => `:(top,exclude,literal)${path}`);
  const paths = ['--', '.', ...literal, ...packages];
  const flags = lenient ? ['--all', '--ignore-errors'] : ['--all'];
  await git(['add', ...flags, ...paths], { ...area, answers: lenient ? [1] : [] });
  return lenient ? leftOver(area, paths) : [];
}

/** Asks git only when the index, read as bytes, does not rule it out: a process less for nearly every commit. */
async function tracksPackages(area: StagingArea): Promise<boolean> {
  const index = await readFile(area.env?.['GIT_INDEX_FILE'] ?? join(area.gitDir, 'index')).catch(() => null);
  if (index === null) return false;
  // Versions 2 and 3 hold every path whole (gitformat-index(5)); version 4 leaves out what a path shares with the one before.
  if (index.length > 8 && index.readUInt32BE(4) < 4 && !index.includes('node_modules/')) return false;
  const tracked = await git(['ls-files', '-z', '--', ':(top,glob)**/node_modules/**'], area);
  return tracked.stdout !== '';
}

async function leftOver(area: StagingArea, paths: readonly string[]): Promise<string[]> {
  const others = await git(['ls-files', '-z', '--others', '--exclude-standard', ...paths], area);
  const changed = await git(['diff-files', '-z', '--name-only', ...paths], area);
  return `${others.stdout}${changed.stdout}`.split('\0').filter((name) => name !== '');
}
