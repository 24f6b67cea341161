import { realpath } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { findExecutable, systemPath } from '../../../process/find-executable.ts';

export type ExecutableSearch =
  | {
      readonly found: true;
      /** As it was named or found: programs that look at their own name need it. */
      readonly path: string;
      /** The path and what it leads to; both must be visible where it runs. */
      readonly readable: readonly string[];
    }
  | { readonly found: false; readonly looked: readonly string[] };

/** Finds a program by absolute path or by name on PATH. A relative path is refused: the current folder differs by process. */
export async function searchExecutable(name: string, path: string = systemPath): Promise<ExecutableSearch> {
  if (!isAbsolute(name) && /[\\/]/.test(name)) {
    return { found: false, looked: [`${name} (a relative path; write it absolute)`] };
  }
  const found = findExecutable(name, path);
  if (found !== null) {
    return { found: true, path: found, readable: [...new Set([found, await realpath(found)])] };
  }
  return { found: false, looked: isAbsolute(name) ? [name] : [`${name} in ${path}`] };
}
