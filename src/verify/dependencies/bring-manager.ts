import { lstat, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere } from '../../lib/if-there.ts';
import type { BroughtManager } from '../detect/install.ts';
import { isReal } from './real-path.ts';

/** A package manager in a folder of its own, from which an installation uses it before it is put beside what it installed. */
export interface ManagerFolder {
  readonly folder: string;
  /** For the front of PATH. */
  readonly bin: string;
  readonly argv: readonly [string, ...string[]];
}

/** An empty folder, and the command that fills it. */
export async function managerFolder(
  work: string,
  { packageName, version }: BroughtManager,
): Promise<ManagerFolder> {
  const folder = join(work, 'manager');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--prefix', folder];
  return {
    folder,
    bin: join(folder, 'node_modules', '.bin'),
    argv: ['npm', 'install', ...options, `${packageName}@${version}`],
  };
}

const INSIDE = 'node_modules/.runyard';

/**
 * Puts a manager into the `node_modules` of a finished layer, where scripts that call it find it. Whatever the installation made in its
 * place stays. Returns whether the layer had no `node_modules` before, as with yarn's Plug'n'Play.
 */
export async function keepManager(tree: string, manager: ManagerFolder, program: string): Promise<boolean> {
  const isNew = !(await isReal(tree, 'node_modules'));
  if (isNew) await mkdir(join(tree, 'node_modules'));
  if (!(await isAbsent(join(tree, INSIDE)))) return isNew;
  await mkdir(join(tree, INSIDE));
  await rename(join(manager.folder, 'node_modules'), join(tree, INSIDE, 'node_modules'));
  const bin = join(tree, 'node_modules', '.bin');
  if (await isAbsent(bin)) await mkdir(bin);
  // A link in the place of the folder could lead anywhere on the host.
  if (!(await isReal(tree, 'node_modules/.bin'))) return isNew;
  for (const name of program === 'pnpm' ? ['pnpm', 'pnpx'] : [program]) {
    const target = `../.runyard/node_modules/.bin/${name}`;
    if (!(await isAbsent(join(bin, name))) || (await isAbsent(join(bin, target)))) continue;
    await symlink(target, join(bin, name));
  }
  return isNew;
}

async function isAbsent(path: string): Promise<boolean> {
  return (await ifThere(lstat(path))) === null;
}
