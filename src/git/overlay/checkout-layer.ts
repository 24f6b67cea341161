import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { chooseLayer } from '../../domain/workspace-strategy.ts';
import { withBorrowedRepository } from '../borrowed-repository.ts';
import { withFolderLock } from '../folder-lock.ts';
import { git } from '../git.ts';
import { parallelCheckout } from '../parallel-checkout.ts';
import { pruneLayers } from './prune-layers.ts';

/** The files of a commit and an index that fits them, made once, never written to again. Files: `tree/`, `index`, `boot`. */
export interface CheckoutLayer {
  readonly folder: string;
  readonly tree: string;
  readonly index: string;
  readonly commit: string;
}

export interface LayerPlace {
  /** `<data>/layers/checkouts`. */
  readonly folder: string;
  /** `<data>/workspaces`: which layers are in use is looked up there. */
  readonly workspaces: string;
  /** Commits with fewer files are checked out. */
  readonly fewestFiles: number;
}

export interface LayerRequest {
  readonly layers: LayerPlace;
  readonly mirrorDir: string;
  /** A git directory that has the commit: the mirror, or one that borrows from it. */
  readonly gitDir: string;
  readonly commit: string;
  /** Looked at before other layers: the commit this one was made from. */
  readonly near?: string;
  /** Whether a new one may be made; it costs as much as a checkout. */
  readonly mayMake: boolean;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The layer to mount a commit's files over: its own, or another when little differs, or a new one. null: none, so check out. */
export async function layerFor(request: LayerRequest): Promise<CheckoutLayer | null> {
  const exact = layerAt(request, request.commit);
  const hasExact = isWhole(exact);
  const other = hasExact ? null : otherLayer(request);
  const changedSinceLatest = other && (await changedSince(other.commit, request));
  const files = hasExact || other ? Number.POSITIVE_INFINITY : await mostFiles(request);
  const choice = chooseLayer({
    hasExact,
    changedSinceLatest,
    files,
    fewestFiles: request.layers.fewestFiles,
  });
  if (choice === 'none' || (choice === 'make' && !request.mayMake)) return null;
  if (choice === 'make') await makeLayer(request, exact);
  return touched(choice === 'latest' && other ? other : exact);
}

/** `<layers>/<repository>/<commit>` */
function layerAt({ layers, mirrorDir }: LayerRequest, commit: string): CheckoutLayer {
  const folder = join(layers.folder, basename(mirrorDir, '.git'), commit);
  return { folder, tree: join(folder, 'tree'), index: join(folder, 'index'), commit };
}

/**
 * Made in this life of the machine: what was not on the disk when its power went could be missing from a file that looks whole. Waiting for
 * the disk would cost more than making a layer again.
 */
export function isWhole({ folder }: CheckoutLayer): boolean {
  try {
    return readFileSync(join(folder, 'boot'), 'utf8') === bootId();
  } catch {
    return false;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
}

/** Says that the layer was used now. null: it is gone, or another user's, and cannot be held. */
function touched(layer: CheckoutLayer): CheckoutLayer | null {
  try {
    const now = new Date();
    utimesSync(layer.folder, now, now);
    return layer;
  } catch {
    return null;
  }
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

function otherLayer(request: LayerRequest): CheckoutLayer | null {
  const near = layerAt(request, request.near ?? request.commit);
  if (isWhole(near)) return near;
  const repository = join(layerAt(request, request.commit).folder, '..');
  const names = existsSync(repository) ? readdirSync(repository).filter((name) => COMMIT.test(name)) : [];
  const used = names.flatMap((commit) => {
    const layer = layerAt(request, commit);
    const stats = statSync(layer.folder, { throwIfNoEntry: false });
    return stats && isWhole(layer) ? [{ layer, at: stats.mtimeMs }] : [];
  });
  return used.sort((a, b) => b.at - a.at)[0]?.layer ?? null;
}

/** null: git cannot tell, as that commit is not there any more. */
async function changedSince(
  other: string,
  { gitDir, commit, timeoutMs, signal }: LayerRequest,
): Promise<string[] | null> {
  const args = ['diff-tree', '-r', '--name-only', '--no-renames', '-z', other, commit];
  try {
    const { stdout } = await git(args, { gitDir, timeoutMs, signal });
    return stdout.split('\0').filter((path) => path !== '');
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

/** A number the files of the commit do not exceed: cheap where the whole mirror has few objects, counted where it has many. */
async function mostFiles({
  layers,
  mirrorDir,
  gitDir,
  commit,
  timeoutMs,
  signal,
}: LayerRequest): Promise<number> {
  const packed = packedObjects(join(mirrorDir, 'objects', 'pack'));
  if (packed < layers.fewestFiles) return packed;
  const args = ['ls-tree', '-r', '-z', '--name-only', commit];
  const { stdout } = await git(args, { gitDir, timeoutMs, signal });
  return stdout.split('\0').length - 1;
}

const FAN_OUT_END = 8 + 255 * 4;

/** Fetching packs what comes in numbers, so the packs tell how large a repository is: the last entry of an index's fan-out table. */
function packedObjects(folder: string): number {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.idx')) : [];
  return names.reduce((sum, name) => sum + objectsIn(join(folder, name)), 0);
}

function objectsIn(file: string): number {
  const count = Buffer.alloc(4);
  const fd = openSync(file, 'r');
  try {
    readSync(fd, count, 0, 4, FAN_OUT_END);
  } finally {
    closeSync(fd);
  }
  return count.readUInt32BE();
}

/** One at a time, in a folder that counts only once it has its name: whoever dies while making leaves what the next one removes. */
async function makeLayer(request: LayerRequest, layer: CheckoutLayer): Promise<void> {
  const { mirrorDir, commit, timeoutMs, signal } = request;
  mkdirSync(join(layer.folder, '..'), { recursive: true, mode: 0o700 });
  await withFolderLock(`${layer.folder}.lock`, timeoutMs, async () => {
    if (isWhole(layer)) return;
    const draft = `${layer.folder}.draft`;
    for (const folder of [draft, layer.folder]) rmSync(folder, { recursive: true, force: true });
    const tree = join(draft, 'tree');
    mkdirSync(tree, { recursive: true });
    await withBorrowedRepository({ from: mirrorDir, head: commit, bare: false }, async (gitDir) => {
      const env = { GIT_INDEX_FILE: join(draft, 'index') };
      const area = { gitDir, workTree: tree, timeoutMs, signal, env };
      await git([...parallelCheckout, 'read-tree', '-m', '-u', commit], area);
    });
    writeFileSync(join(draft, 'boot'), bootId());
    renameSync(draft, layer.folder);
    tidy(join(layer.folder, '..'), request.layers.workspaces);
  });
}

/** A run is not held up by what stands in the way: retention looks at the same folders, and tells it. */
function tidy(repository: string, workspaces: string): void {
  try {
    pruneLayers({ repository, workspaces, now: new Date() });
  } catch {
    return;
  }
}
