import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check, CheckResult } from '../domain/verdict.ts';
import { materialise, type PreparedFiles } from '../git/materialise.ts';
import { detachOverlay, readOverlayRecord } from '../git/overlay/overlay-mount.ts';
import type { CommitTree } from './commit-tree.ts';
import { mountDependencies } from './dependencies/mount-dependencies.ts';
import { placeDependencies } from './dependencies/place-dependencies.ts';
import { prepareDependencies } from './dependencies/prepare-dependencies.ts';
import type { Install } from './detect/install.ts';
import { createEditWatch, type EditWatch } from './edit-watch.ts';
import { boundedOutput } from './output-of.ts';
import type { VerifyHost } from './sandbox-settings.ts';

/** A commit laid out to be checked: its files, its packages, a home. Nothing in it is ever committed. */
export interface CheckTree {
  readonly checkout: string;
  readonly home: string;
  readonly tree: CommitTree;
  readonly edits: EditWatch;
  /** Object folders that the checkout's own git repository borrows from. */
  readonly objects: readonly string[];
  /** null: nothing to install. */
  readonly install: CheckResult | null;
  remove(): Promise<void>;
}

export interface FilesOptions {
  readonly gitDir: string;
  readonly commit: string;
  /** Where the tree is made, in a new folder. */
  readonly folder: string;
  readonly over: PreparedFiles | null;
  readonly gitMs: number;
  readonly signal: AbortSignal;
}

/** The files of a commit, laid out while nobody knows yet what is to be done with them. */
export interface CheckFiles {
  /** The folder that holds `checkout` and `home`. */
  readonly root: Promise<string>;
  /** Ends it first where it is not done. */
  remove(): Promise<void>;
}

export interface CheckTreeOptions extends Omit<FilesOptions, 'signal'> {
  /** What is in the commit. */
  readonly tree: CommitTree;
  /** Begun before; absent: they are laid out now. */
  readonly files?: CheckFiles | undefined;
  /** Without prepared files, too. */
  readonly mayMount?: boolean;
  readonly dependencies: string;
  readonly install: Install | null;
  readonly timeoutMs: number;
  readonly host: VerifyHost;
}

const MOST_OBJECT_FOLDERS = 10;

/** Begins to lay the files of a commit out; whoever does not make a tree of them removes them. */
export function layOutFiles(options: FilesOptions): CheckFiles {
  const stop = new AbortController();
  const root = layOut({ ...options, signal: AbortSignal.any([options.signal, stop.signal]) });
  // Whoever makes a tree of them is told.
  const made = root.catch(() => null);
  return {
    root,
    async remove() {
      stop.abort(new Error('nobody needs these files'));
      const folder = await made;
      if (folder !== null) await removeTree(folder);
    },
  };
}

/** Lays out a commit as a fresh clone with installed packages would be. A failed installation is a result, not an exception. */
export async function createCheckTree(options: CheckTreeOptions): Promise<CheckTree> {
  const { gitDir, tree, host } = options;
  const files = options.files ?? layOutFiles({ ...options, signal: host.signal });
  try {
    const root = await files.root;
    const checkout = join(root, 'checkout');
    const install = await installInto(root, options);
    const edits = createEditWatch(checkout, tree);
    const objects = await objectFolders(gitDir);
    return { checkout, home: join(root, 'home'), tree, edits, objects, install, remove: files.remove };
  } catch (error) {
    await files.remove();
    throw error;
  }
}

async function layOut({ gitDir, commit, folder, over, gitMs, signal }: FilesOptions): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const root = await mkdtemp(join(folder, 'tree-'));
  const targetDir = join(root, 'checkout');
  try {
    await mkdir(join(root, 'home'));
    await materialise({ gitDir, commit, targetDir, withRepository: true, over, timeoutMs: gitMs, signal });
    return root;
  } catch (error) {
    await removeTree(root);
    throw error;
  }
}

async function installInto(
  root: string,
  { install, dependencies, over, mayMount = over !== null, timeoutMs, host }: CheckTreeOptions,
): Promise<CheckResult | null> {
  if (!install) return null;
  const checkout = join(root, 'checkout');
  const started = performance.now();
  const prepared = await prepareDependencies({ checkout, install, folder: dependencies, timeoutMs, host });
  const check = {
    name: 'install',
    kind: 'install' as const,
    argv: [...install.argv],
    timeoutMs,
    source: install.source,
  };
  if (prepared.kind === 'failed') {
    const { status, exitCode, output, durationMs, diagnostic } = prepared.failure;
    return { check, status, exitCode, durationMs, output: boundedOutput(output), diagnostics: [diagnostic] };
  }
  const isMounted = mayMount && (await mountDependencies(prepared.layer, root));
  if (!isMounted) await placeDependencies(prepared.layer, { checkout, host, timeoutMs });
  const output = prepared.reused
    ? 'The packages were installed before and are reused.'
    : 'The packages were installed.';
  return {
    check,
    status: 'passed',
    exitCode: 0,
    durationMs: performance.now() - started,
    output,
    diagnostics: [],
  };
}

/** The object database and those it borrows from, so that checks can ask git in a sandbox that hides the data folder. */
async function objectFolders(gitDir: string): Promise<string[]> {
  const folders = [join(gitDir, 'objects')];
  for (const folder of folders) {
    const borrowed = await readFile(join(folder, 'info', 'alternates'), 'utf8').catch(() => '');
    const absolute = borrowed.split('\n').filter((line) => line.startsWith('/') && !folders.includes(line));
    if (folders.length < MOST_OBJECT_FOLDERS) folders.push(...absolute);
  }
  return folders;
}

/** The installation as a check among the others. */
export function installCheck({ argv, source }: Install, timeoutMs: number): Check {
  return { name: 'install', kind: 'install', argv: [...argv], timeoutMs, source };
}

/** Checks may leave folders nobody may write to. What still cannot be removed goes with the workspace: the verdict is worth more. */
async function removeTree(root: string): Promise<void> {
  if (readOverlayRecord(root)) await detachOverlay(root);
  const options = { recursive: true, force: true, maxRetries: 3 };
  try {
    await rm(root, options);
  } catch {
    await openFolders(root);
    await rm(root, options).catch(() => undefined);
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => undefined);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}
