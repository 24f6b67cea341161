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
  const tracked = await git(['ls-files', '-z', '--', ':(top,glob)**/node_modules/**'], area);
  const packages = tracked.stdout === '' ? [':(top,exclude,glob)**/node_modules/**'] : [];
  const literal = [...area.exclude, ...left].map((path) => `:(top,exclude,literal)${path}`);
  const paths = ['--', '.', ...literal, ...packages];
  const flags = lenient ? ['--all', '--ignore-errors'] : ['--all'];
  await git(['add', ...flags, ...paths], { ...area, answers: lenient ? [1] : [] });
  return lenient ? leftOver(area, paths) : [];
}

async function leftOver(area: StagingArea, paths: readonly string[]): Promise<string[]> {
  const others = await git(['ls-files', '-z', '--others', '--exclude-standard', ...paths], area);
  const changed = await git(['diff-files', '-z', '--name-only', ...paths], area);
  return `${others.stdout}${changed.stdout}`.split('\0').filter((name) => name !== '');
}
