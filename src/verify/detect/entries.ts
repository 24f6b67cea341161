import { type Place, pathIn } from './place.ts';

export type Entries =
  /** package.json names no file that others would load. */
  | 'none'
  /** All of them are in the commit. */
  | 'sources'
  /** At least one has yet to be made. */
  | 'built';

/** Where `main`, `exports`, `bin` and the like of a package.json lead: to files of the commit, or to what a build makes. */
export function entriesOf({
  files,
  folder,
  manifest,
}: Pick<Place, 'files' | 'folder' | 'manifest'>): Entries {
  const { main, module, types, typings, exports, bin } = manifest;
  const targets: string[] = [];
  for (const value of [main, module, types, typings, exports, bin]) collect(value, targets, 0);
  if (targets.length === 0) return 'none';
  return targets.every((target) => isThere(target, { files, folder })) ? 'sources' : 'built';
}

const DEEPEST = 6;
const MOST = 500;
const LONGEST = 1000;

function collect(value: unknown, into: string[], depth: number): void {
  if (into.length >= MOST || depth > DEEPEST) return;
  if (typeof value === 'string') into.push(value.slice(0, LONGEST));
  else if (value !== null && typeof value === 'object')
    for (const inner of Object.values(value)) collect(inner, into, depth + 1);
}

/** As Node would look for it; a pattern is there when its folder is. */
function isThere(target: string, { files, folder }: Pick<Place, 'files' | 'folder'>): boolean {
  const path = target.replace(/^\.\//, '').replace(/\/$/, '');
  const star = path.indexOf('*');
  const whole = pathIn(folder, star === -1 ? path : path.slice(0, star).replace(/[^/]*$/, ''));
  const clean = whole.replace(/\/$/, '');
  const slash = clean.lastIndexOf('/');
  const names = files.names.get(slash === -1 ? '' : clean.slice(0, slash));
  const name = clean.slice(slash + 1);
  if (files.names.has(clean)) return true;
  return ['', '.js', '.json', '.cjs', '.mjs', '.ts', '.d.ts'].some((end) => names?.has(`${name}${end}`));
}
