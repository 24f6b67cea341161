import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type LayerUse, layersToRemove } from '../../domain/workspace-strategy.ts';
import { readOverlayRecord } from './overlay-mount.ts';

const ABSENT = ['ENOENT', 'ENOTDIR'];

export interface PruneLayers {
  /** `<data>/layers/checkouts/<repository>`. */
  readonly repository: string;
  /** `<data>/workspaces`. */
  readonly workspaces: string;
  readonly now: Date;
}

/**
 * Removes layers that no workspace is mounted over and that were not used for long. A workspace names its layers before it mounts them, and
 * looks whether they are still there; here the layer is moved away first and put back when a workspace has named it meanwhile. Throws, and
 * removes nothing, where it cannot be read what is in use.
 */
export function pruneLayers({ repository, workspaces, now }: PruneLayers): void {
  const used = layersInUse(workspaces);
  const layers = namesIn(repository)
    .filter((name) => !name.includes('.'))
    .flatMap((name): LayerUse[] => {
      const folder = join(repository, name);
      const stats = statSync(folder, { throwIfNoEntry: false });
      return stats ? [{ name, usedAt: stats.mtimeMs, isMounted: used.has(folder) }] : [];
    });
  for (const name of layersToRemove(layers, now.getTime())) remove(join(repository, name), workspaces);
}

function remove(layer: string, workspaces: string): void {
  const aside = `${layer}.removing`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(layer, aside);
  if (layersInUse(workspaces).has(layer) && !existsSync(layer)) renameSync(aside, layer);
  else rmSync(aside, { recursive: true, force: true });
}

/** The folders of all layers that a work tree, or a clean copy for checks, is mounted over, on the word of their records. */
export function layersInUse(workspaces: string): ReadonlySet<string> {
  const runs = namesIn(workspaces).map((name) => join(workspaces, name));
  const copies = runs.flatMap((run) => namesIn(join(run, 'verify')).map((name) => join(run, 'verify', name)));
  const lower = [...runs, ...copies].flatMap((folder) => readOverlayRecord(folder)?.lower ?? []);
  return new Set(lower.filter((path) => basename(path) === 'tree').map(dirname));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (ABSENT.includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
