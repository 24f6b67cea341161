import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { ImportResolver } from './resolve-import.ts';
import { readSourceModule, type SourceModule } from './source-module.ts';

export const largestSourceBytes = 2 * 1024 * 1024;
const DEEPEST = 12;

/** Answers which names modules export, reading each file once. */
export interface ExportIndex {
  read(file: string): SourceModule | null;
  /** null: cannot be told. */
  namesOf(file: string): ReadonlySet<string> | null;
}

export function createExportIndex(root: string, resolver: ImportResolver): ExportIndex {
  const inside = realpathSync(root) + sep;
  const modules = new Map<string, SourceModule | null>();

  function read(file: string): SourceModule | null {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const module = readModule(file, inside);
    modules.set(file, module);
    return module;
  }

  function collect(file: string, names: Set<string>, seen: Set<string>): boolean {
    if (seen.has(file)) return true;
    if (seen.size >= DEEPEST) return false;
    seen.add(file);
    const exports = isSource(file) ? read(file)?.exports : null;
    if (!exports) return false;
    for (const name of exports.names) names.add(name);
    return exports.allFrom.every((specifier) => {
      const target = specifier.startsWith('.') ? resolver.resolve(file, specifier) : null;
      return target?.kind === 'found' && target.file !== null && collect(target.file, names, seen);
    });
  }

  return {
    read,
    namesOf(file) {
      const names = new Set<string>();
      return collect(file, names, new Set()) ? names : null;
    },
  };
}

/** Declaration files export more than they say, so their names are never complete. */
export function isSource(file: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(file) && !/\.d\.(?:\w+\.)?[cm]?ts$/.test(file);
}

/** Nothing outside the checkout, wherever links lead, as the names in it would end up in messages. */
function readModule(file: string, inside: string): SourceModule | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > largestSourceBytes) return null;
  if (!realpathSync(file).startsWith(inside)) return null;
  return readSourceModule(file, readFileSync(file, 'utf8'));
}
