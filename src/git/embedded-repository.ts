import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { git, isGitError, textOf } from './git.ts';
import { discardIndex, type StagingArea } from './staging-area.ts';

const MOST_FOLDERS = 200_000;

/** Folders below `workTree` that are repositories of their own, relative to it; not those inside another one. */
export function embeddedRepositories(workTree: string): string[] {
  const found: string[] = [];
  const open = [''];
  for (let i = 0; i < open.length && i < MOST_FOLDERS; i += 1) {
    const folder = open[i] ?? '';
    for (const entry of readdirSync(join(workTree, folder), { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === '.git' || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      if (existsSync(join(workTree, path, '.git'))) found.push(path);
      else open.push(path);
    }
  }
  return found;
}

const DEEPEST = 8;

/** Puts the files of an embedded repository into the index as ordinary files, in place of the link git would make of it. */
export async function importEmbedded(area: StagingArea, rawPath: string): Promise<void> {
  const path = Buffer.from(rawPath, 'latin1').toString('utf8');
  const tree = await treeOf(area, { workTree: join(area.workTree, path), depth: 1 });
  await git(['update-index', '--force-remove', '-z', '--stdin'], {
    ...area,
    input: Buffer.from(`${rawPath}\0`, 'latin1'),
  });
  await git(['read-tree', `--prefix=${path}/`, tree], area);
}

/** The tree of a folder alone, read with an index of its own; repositories embedded in it are taken in as well. */
async function treeOf(
  area: StagingArea,
  { workTree, depth }: { workTree: string; depth: number },
): Promise<string> {
  if (depth > DEEPEST) {
    const detail = 'Repositories are embedded in each other too deeply.';
    throw runyardError('git.bad-state', { repository: workTree, detail });
  }
  const index = `${area.env?.['GIT_INDEX_FILE'] ?? join(area.gitDir, 'index')}.embedded-${depth}`;
  const inner: StagingArea = { ...area, workTree, exclude: [], env: { ...area.env, GIT_INDEX_FILE: index } };
  try {
    const nested = embeddedRepositories(workTree);
    const left = nested.map((path) => `:(top,exclude,literal)${path}`);
    await addAllowingNothing(inner, left);
    for (const path of nested) {
      const tree = await treeOf(inner, { workTree: join(workTree, path), depth: depth + 1 });
      await git(['read-tree', `--prefix=${path}/`, tree], inner);
    }
    return textOf(await git(['write-tree'], inner)).trim();
  } finally {
    discardIndex(index);
  }
}

/** A repository with no files at all is an empty tree, and no failure. */
async function addAllowingNothing(area: StagingArea, left: readonly string[]): Promise<void> {
  try {
    await git(['add', '--all', '--', ':(top)', ...left], area);
  } catch (error) {
    if (!isGitError(error, 'git.failed')) throw error;
    await git(['read-tree', '--empty'], area);
  }
}
