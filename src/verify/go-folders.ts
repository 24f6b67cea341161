import { join, posix } from 'node:path';
import { readSmallFile } from './detect/repository-files.ts';

/** The path of a module, and its folder as seen from where the check runs. */
export interface GoModule {
  readonly path: string;
  readonly folder: string;
}

/** The end of what go says of one package. */
const END_OF_PACKAGE = /^(?:FAIL|ok {2})\t(\S+)(?:\t| \[)/;
const PLACE_IN_TEST = /^(\s+)([^\s/:]+\.go)(:\d+:)/;
const MOST_MODULES = 50;

/**
 * A failed test of Go names its file without the folder: the package below it tells. Puts the folder in front, so that whoever reads it
 * finds the file.
 */
export function withGoFolders(text: string, modules: readonly GoModule[]): string {
  const lines = text.split('\n');
  let from = 0;
  for (const [index, line] of lines.entries()) {
    const name = END_OF_PACKAGE.exec(line)?.[1];
    if (name === undefined) continue;
    const folder = folderOf(name, modules);
    if (folder !== null && folder !== '')
      for (let at = from; at < index; at += 1)
        lines[at] = (lines[at] ?? '').replace(PLACE_IN_TEST, `$1${folder}/$2$3`);
    from = index + 1;
  }
  return lines.join('\n');
}

/** '' is the folder of the check itself; null: of no module that is known. */
function folderOf(name: string, modules: readonly GoModule[]): string | null {
  const module = modules
    .filter(({ path }) => name === path || name.startsWith(`${path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!module) return null;
  const folder = posix.join(module.folder, name.slice(module.path.length));
  return folder === '.' || folder === '/' ? '' : folder.replace(/\/$/, '');
}

/** Of the folder a check ran in: its own module, and those of its workspace. */
export async function goModulesIn(folder: string): Promise<GoModule[]> {
  const workspace = (await readSmallFile(join(folder, 'go.work'))) ?? '';
  const used = [...workspace.matchAll(/^[ \t]*(?:use[ \t]+)?(\.\/[\w./-]{1,200})[ \t]*$/gm)];
  const folders = ['.', ...used.map(([, name = '.']) => posix.normalize(name))]
    .filter((name) => !name.startsWith('..'))
    .slice(0, MOST_MODULES);
  const modules = await Promise.all(
    folders.map(async (name) => {
      const text = (await readSmallFile(join(folder, name, 'go.mod'))) ?? '';
      const path = /^module[ \t]+"?([\w./~-]{1,200})"?/m.exec(text)?.[1];
      return path === undefined ? [] : [{ path, folder: name }];
    }),
  );
  return modules.flat();
}
