import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMountable } from '../../domain/workspace-strategy.ts';
import { layBeneath } from '../../git/overlay/lay-beneath.ts';
import { ifThere } from '../../lib/if-there.ts';
import { type DependencyLayer, layerPaths, packagesTree } from './dependency-layer.ts';

/**
 * Shows a layer's packages in a checkout without copying them: what runs there writes beside them. False: something stands in their place or
 * the folder they belong to is missing, or it cannot be mounted; then they must be copied. `root` is the folder that holds `checkout`.
 */
export async function mountDependencies(layer: DependencyLayer, root: string): Promise<boolean> {
  if (![root, layer.folder].every(isMountable)) return false;
  const checkout = join(root, 'checkout');
  for (const path of await layerPaths(layer)) if (!(await isFree(checkout, path.split('/')))) return false;
  return layBeneath(root, packagesTree(layer));
}

async function isFree(folder: string, [part = '', ...rest]: string[]): Promise<boolean> {
  const path = join(folder, part);
  const stats = await ifThere(lstat(path));
  if (rest.length === 0) return stats === null;
  // Whoever lays packages out makes this one, too.
  if (stats === null && part === '.yarn') return true;
  return stats?.isDirectory() === true && isFree(path, rest);
}
