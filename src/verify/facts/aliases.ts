import { dirname, posix } from 'node:path';
import { z } from 'zod';
import { parseJsonc } from '../detect/jsonc.ts';
import { foldersAbove, type Project } from './project.ts';
import { safePath } from './words.ts';

export interface Alias {
  /** `@/*` */
  readonly pattern: string;
  /** Relative to the root: `src/*`. */
  readonly target: string;
  /** Where it is written. */
  readonly source: string;
}

const names = z.record(z.string(), z.unknown()).catch({});
const tsconfigSchema = z.object({
  extends: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  compilerOptions: z
    .object({ baseUrl: z.string().optional().catch(undefined), paths: names.optional() })
    .optional()
    .catch(undefined),
});
const MOST_ALIASES = 40;
const MOST_CONFIGS = 8;

/** Aliases of the tsconfig.json or jsconfig.json nearest to a file, and of `imports` in package.json. */
export function aliasesOf(project: Project, file: string): Alias[] {
  for (const folder of foldersAbove(file)) {
    const found = [
      ...['tsconfig.json', 'tsconfig.app.json', 'tsconfig.base.json', 'jsconfig.json'].flatMap((name) =>
        pathsOf(project, posix.join(folder, name), 0),
      ),
      ...importsOf(project, posix.join(folder, 'package.json')),
    ];
    if (found.length > 0) return found.slice(0, MOST_ALIASES);
  }
  return [];
}

function pathsOf(project: Project, path: string, depth: number): Alias[] {
  const text = depth < MOST_CONFIGS ? project.readText(path) : null;
  const parsed = text === null ? null : tsconfigSchema.safeParse(parseJsonc(text));
  if (!parsed?.success) return [];
  const { compilerOptions = {}, extends: base } = parsed.data;
  const folder = posix.join(dirname(path), compilerOptions.baseUrl ?? '.');
  const own = aliases(compilerOptions.paths ?? {}, { folder, source: path });
  if (own.length > 0) return own;
  const parents = [base ?? []].flat().filter((parent) => parent.startsWith('.'));
  return parents.flatMap((parent) => {
    const target = posix.join(dirname(path), parent);
    return pathsOf(project, target.endsWith('.json') ? target : `${target}.json`, depth + 1);
  });
}

function importsOf(project: Project, path: string): Alias[] {
  const parsed = z.object({ imports: names.optional() }).safeParse(parseJsonc(project.readText(path) ?? ''));
  if (!parsed.success) return [];
  return aliases(parsed.data.imports ?? {}, { folder: dirname(path), source: path });
}

function aliases(
  paths: Readonly<Record<string, unknown>>,
  { folder, source }: { readonly folder: string; readonly source: string },
): Alias[] {
  return Object.entries(paths).flatMap(([pattern, given]) => {
    const target: unknown = Array.isArray(given) ? given[0] : given;
    if (typeof target !== 'string' || (!target.startsWith('.') && !/^[\w@]/.test(target))) return [];
    const path = safePath(posix.join(folder, target));
    return path && safePath(pattern) && safePath(source) ? [{ pattern, target: path, source }] : [];
  });
}
