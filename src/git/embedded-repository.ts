import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { addFiles } from './add-files.ts';
import { git, textOf } from './git.ts';
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

/** Puts the files of an embedded repository into the index as ordinary files, in place of the link git would make of it. Gives what git refuses. */
export async function importEmbedded(area: StagingArea, rawPath: string): Promise<string[]> {
  const path = Buffer.from(rawPath, 'latin1').toString('utf8');
  const refused: string[] = [];
  const tree = await treeOf(area, { workTree: join(area.workTree, path), rawPath, depth: 1, refused });
  await putTree(area, rawPath, tree);
  return refused;
}

/** `git read-tree --prefix` would do this, but it stumbles over empty trees. */
async function putTree(area: StagingArea, rawPath: string, tree: string): Promise<void> {
  const listing = await git(['ls-tree', '-r', '-z', '--full-tree', tree], area);
  const entries = listing.stdout.split('\0').filter(Boolean);
  const removal = `0 ${'0'.repeat(tree.length)}\t${rawPath}`;
  const lines = [removal, ...entries.map((entry) => entry.replace('\t', () => `\t${rawPath}/`))];
  const input = Buffer.from(lines.map((line) => `${line}\0`).join(''), 'latin1');
  await git(['update-index', '-z', '--index-info'], { ...area, input });
}

interface Embedded {
  readonly workTree: string;
  readonly rawPath: string;
  readonly depth: number;
  /** Raw paths are added to it. */
  readonly refused: string[];
}

/** The tree of a folder alone, read with an index of its own; repositories embedded in it are taken in as well. */
async function treeOf(area: StagingArea, { workTree, rawPath, depth, refused }: Embedded): Promise<string> {
  if (depth > DEEPEST) {
    const detail = 'Repositories are embedded in each other too deeply.';
    throw runyardError('git.bad-state', { repository: workTree, detail });
  }
  const index = `${area.env?.['GIT_INDEX_FILE'] ?? join(area.gitDir, 'index')}.embedded-${depth}`;
  const inner: StagingArea = { ...area, workTree, exclude: [], env: { ...area.env, GIT_INDEX_FILE: index } };
  try {
    const nested = embeddedRepositories(workTree);
    const names = await addFiles(inner, { left: nested, lenient: true });
    refused.push(...names.map((name) => `${rawPath}/${name}`));
    for (const path of nested) {
      const name = Buffer.from(path).toString('latin1');
      const nestedPath = { workTree: join(workTree, path), rawPath: `${rawPath}/${name}` };
      const tree = await treeOf(inner, { ...nestedPath, depth: depth + 1, refused });
      await putTree(inner, name, tree);
    }
    return textOf(await git(['write-tree'], inner)).trim();
  } finally {
    discardIndex(index);
  }
}
