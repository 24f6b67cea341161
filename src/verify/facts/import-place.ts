import { dirname, join, normalize, relative } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { type ImportUse, readSourceModule } from '../imports/source-module.ts';
import { packageNameOf } from '../parse/specifier.ts';
import { exportedNames } from './module-names.ts';
import type { Project } from './project.ts';
import { safePath } from './words.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
}

const OF_IMPORTS = ['missing_dependency', 'import_resolution', 'missing_export'];
const MOST_FILES = 60;

/**
 * Where the import stands that a problem is about, when its tool names the file alone, as Node does, or, for a missing export, the test that
 * began to load it. null: there is a line, or it cannot be told.
 */
export function importPlace(diagnostic: Diagnostic, project: Project): Place | null {
  const { category, file, line, symbol } = diagnostic;
  if (line !== null || file === null || symbol === null || !OF_IMPORTS.includes(category)) return null;
  const isMeant = ({ specifier, names }: ImportUse) =>
    category === 'missing_export' ? names.includes(symbol) : leadsTo(specifier, { symbol, file });
  const lines = new Set(importsOf(file, project).flatMap((use) => (isMeant(use) ? use.line : [])));
  const [first] = lines;
  if (first !== undefined) return lines.size === 1 ? { file, line: first } : null;
  return category === 'missing_export' ? placeBehind(file, symbol, project) : null;
}

function importsOf(file: string, project: Project): readonly ImportUse[] {
  const text = project.readText(file);
  return text === null ? [] : readSourceModule(file, text).imports;
}

function leadsTo(specifier: string, { symbol, file }: { symbol: string; file: string }): boolean {
  if (specifier === symbol) return true;
  if (!specifier.startsWith('.')) return packageNameOf(specifier) === symbol;
  return join(dirname(file), specifier) === normalize(symbol);
}

/** The nearest file that this one loads and that takes the name from a module of the repository that does not export it. */
function placeBehind(start: string, symbol: string, project: Project): Place | null {
  const pending = [start];
  const seen = new Set(pending);
  for (let file = pending.shift(); file !== undefined && project.hasTime(); file = pending.shift()) {
    for (const { specifier, names, line } of importsOf(file, project)) {
      const target = ownTarget(file, specifier, project);
      if (target === null) continue;
      if (names.includes(symbol) && exportedNames(project, target)?.has(symbol) === false)
        return { file, line };
      if (!seen.has(target) && seen.size < MOST_FILES) pending.push(target);
      seen.add(target);
    }
  }
  return null;
}

function ownTarget(file: string, specifier: string, project: Project): string | null {
  if (!specifier.startsWith('.')) return null;
  const found = project.resolver().resolve(join(project.root, file), specifier);
  const target = found.kind === 'found' && found.file ? safePath(relative(project.root, found.file)) : null;
  return target === null || target.startsWith('..') ? null : target;
}
