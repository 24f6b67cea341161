import { readSourceModule } from '../imports/source-module.ts';
import type { Project } from './project.ts';

const MOST_FILES = 60;

/**
 * What a module exports, types and declaration files included, following `export * from`. null: it is no ECMAScript module, or not to be
 * read. Unlike the check of imports, it may give less than all: it informs, and refuses nothing.
 */
export function exportedNames(project: Project, file: string): ReadonlySet<string> | null {
  const names = new Set<string>();
  const pending = [file];
  const seen = new Set<string>();
  let understood = false;
  while (pending.length > 0 && seen.size < MOST_FILES && project.hasTime()) {
    const next = pending.pop() ?? '';
    if (seen.has(next)) continue;
    seen.add(next);
    const text = project.readText(next);
    const exports = text === null ? null : readSourceModule(next, text).exports;
    if (!exports) continue;
    understood = true;
    for (const name of exports.names) if (next === file || name !== 'default') names.add(name);
    for (const specifier of exports.allFrom) {
      const target = project.resolver().resolve(next, specifier);
      if (target.kind === 'found' && target.file) pending.push(target.file);
    }
  }
  return understood ? names : null;
}
