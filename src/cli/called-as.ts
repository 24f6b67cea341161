import path from 'node:path';

export interface CalledAs {
  /** How the program was started: a name, or the path of bin/runyard. */
  readonly started: string | undefined;
  readonly cwd: string;
  /** PATH. */
  readonly searchPath: string | undefined;
}

/** How a user can call this program again from the same folder: `runyard`, `bin/runyard`, or its whole path. */
export function calledAs({ started, cwd, searchPath }: CalledAs): string {
  if (!started) return 'runyard';
  const absolute = path.resolve(cwd, started);
  if ((searchPath ?? '').split(path.delimiter).includes(path.dirname(absolute)))
    return path.basename(absolute);
  const relative = path.relative(cwd, absolute);
  if (relative.startsWith('..')) return absolute;
  return relative.includes(path.sep) ? relative : `.${path.sep}${relative}`;
}
