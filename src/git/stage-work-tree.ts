import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { runyardError } from '../domain/errors/runyard-error.ts';
import { addFiles } from './add-files.ts';
import { changeArgs, gitlinkMode, parseChanges, type RawChange, showPath } from './changed-files.ts';
import { embeddedRepositories, importEmbedded } from './embedded-repository.ts';
import { git, isGitError, textOf } from './git.ts';
import { removePipes } from './remove-pipes.ts';
import type { StagingArea } from './staging-area.ts';
import { withoutBrokenEncodings } from './working-tree-encoding.ts';

/** Something in the work tree that a commit cannot hold as it is; said, never passed over in silence. */
export interface StageWarning {
  readonly kind:
    | 'embedded-repository'
    | 'submodule-change-ignored'
    | 'submodule-files-ignored'
    | 'file-refused'
    | 'encoding-not-applied';
  readonly path: string;
  readonly detail: string;
}

export interface StagedTree {
  readonly tree: string;
  readonly changes: readonly RawChange[];
  readonly warnings: readonly StageWarning[];
}

/**
 * The work tree as a tree object, and what changed since `base`. Files are read through the host's git directory, so nothing the agent
 * planted is run; an embedded repository becomes ordinary files.
 */
export async function stageWorkTree(area: StagingArea, base: string): Promise<StagedTree> {
  refuseMovedWorkTree(area.workTree);
  try {
    return await stageWithEncodings(area, base);
  } catch (error) {
    const pipes = area.isOurs && isGitError(error, 'git.timed-out') ? removePipes(area.workTree) : [];
    if (pipes.length === 0) throw error;
    const staged = await stageWithEncodings(area, base);
    return { ...staged, warnings: [...staged.warnings, ...pipes.map(refusedWarning)] };
  }
}

async function stageWithEncodings(area: StagingArea, base: string): Promise<StagedTree> {
  const { value, unencodable } = await withoutBrokenEncodings(area.gitDir, () => stage(area, base));
  return { ...value, warnings: [...value.warnings, ...unencodable.map(encodingWarning)] };
}

async function stage(area: StagingArea, base: string): Promise<StagedTree> {
  const { embedded, refused } = await addEverything(area);
  const first = await writeTree(area, base);
  const links = first.changes.filter((change) => change.newMode === gitlinkMode);
  const imported = [...embedded, ...links.filter(isNewLink).map((change) => change.rawPath)];
  const moved = links.filter((change) => !isNewLink(change));
  for (const path of imported) refused.push(...(await importEmbedded(area, path)));
  await restoreLinks(area, moved);
  const staged = imported.length + moved.length === 0 ? first : await writeTree(area, base);
  const warnings = [
    ...imported.map(embeddedWarning),
    ...refused.map(refusedWarning),
    ...moved.map(movedWarning),
    ...(await hiddenFiles(area)),
  ];
  return { ...staged, warnings };
}

/** An agent without a strong sandbox could put a link to somewhere else in the place of its work tree. */
function refuseMovedWorkTree(workTree: string): void {
  const entry = lstatSync(workTree, { throwIfNoEntry: false });
  if (entry?.isDirectory() && realpathSync(workTree) === workTree) return;
  const detail = entry === undefined ? 'The work tree is gone.' : 'A link stands where the work tree was.';
  throw runyardError('git.bad-state', { repository: workTree, detail });
}

interface Added {
  /** Repositories that had to be left out, as git refuses those without a commit. */
  readonly embedded: readonly string[];
  /** Raw paths. */
  readonly refused: string[];
}

async function addEverything(area: StagingArea): Promise<Added> {
  try {
    return { embedded: [], refused: await addFiles(area, {}) };
  } catch (error) {
    if (!isGitError(error, 'git.failed')) throw error;
    const submodules = new Set(await linkPaths(area));
    const embedded = embeddedRepositories(area.workTree).filter((path) => !submodules.has(path));
    return { embedded, refused: await addFiles(area, { left: embedded, lenient: true }) };
  }
}

async function writeTree(area: StagingArea, base: string): Promise<Pick<StagedTree, 'tree' | 'changes'>> {
  const [tree, changes] = await Promise.all([
    git(['write-tree'], area),
    git(['diff-index', '--cached', ...changeArgs, base], area),
  ]);
  return { tree: textOf(tree).trim(), changes: parseChanges(changes.stdout) };
}

function isNewLink(change: RawChange): boolean {
  return change.oldMode !== gitlinkMode;
}

/** Nobody else has the commits an agent made in a submodule, so the link stays where it was. */
async function restoreLinks(area: StagingArea, moved: readonly RawChange[]): Promise<void> {
  if (moved.length === 0) return;
  const lines = moved.map(({ oldObject, rawPath }) => `${gitlinkMode} ${oldObject} 0\t${rawPath}\0`);
  await git(['update-index', '-z', '--index-info'], {
    ...area,
    input: Buffer.from(lines.join(''), 'latin1'),
  });
}

/** git does not look into the folder of a submodule that is not set up; files an agent put there would be lost unseen. */
async function hiddenFiles(area: StagingArea): Promise<StageWarning[]> {
  if (!existsSync(join(area.workTree, '.gitmodules'))) return [];
  const paths = (await linkPaths(area)).filter((path) => hasFiles(join(area.workTree, path)));
  return paths.map(hiddenWarning);
}

/** Where the index has links to other repositories. */
async function linkPaths(area: StagingArea): Promise<string[]> {
  const entries = (await git(['ls-files', '--stage', '-z'], area)).stdout.split('\0');
  const links = entries.filter((entry) => entry.startsWith(gitlinkMode));
  return links.map((entry) => showPath(entry.slice(entry.indexOf('\t') + 1)));
}

function hasFiles(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.length > 0 && !names.includes('.git');
  } catch {
    return false;
  }
}

function embeddedWarning(path: string): StageWarning {
  const detail =
    'A git repository of its own was made or cloned there; its files are committed as ordinary files, its history is not.';
  return { kind: 'embedded-repository', path: showPath(path), detail };
}

function movedWarning({ path }: RawChange): StageWarning {
  const detail = 'The submodule was moved to another commit; the commit keeps the one it was at.';
  return { kind: 'submodule-change-ignored', path, detail };
}

function hiddenWarning(path: string): StageWarning {
  const detail =
    'Files were put into the folder of a submodule that is not set up; they are not part of the commit.';
  return { kind: 'submodule-files-ignored', path, detail };
}

function refusedWarning(rawPath: string): StageWarning {
  const detail =
    'No repository can hold this (a name git reserves, or no regular file); the commit is without it.';
  return { kind: 'file-refused', path: showPath(rawPath), detail };
}

function encodingWarning(path: string): StageWarning {
  const detail =
    'The bytes are not in the working-tree-encoding that .gitattributes says; they are committed as they are.';
  return { kind: 'encoding-not-applied', path, detail };
}
