import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Installed packages of one lock file, shared by every run that has the same, never written to again. */
export interface DependencyLayer {
  readonly key: string;
  readonly folder: string;
}

const layerFile = z.object({ paths: z.array(z.string()) });

/** Where packages lie in it, relative to the checkout they belong to: `node_modules`, `packages/a/node_modules`. */
export async function layerPaths({ folder }: DependencyLayer): Promise<string[]> {
  return layerFile.parse(JSON.parse(await readFile(join(folder, 'layer.json'), 'utf8'))).paths;
}

/** Those paths and nothing else. */
export function packagesTree({ folder }: DependencyLayer): string {
  return join(folder, 'tree');
}
