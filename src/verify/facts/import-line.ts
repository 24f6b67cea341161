import { dirname, join, normalize } from 'node:path';
import type { Diagnostic } from '../../domain/verdict.ts';
import { readSourceModule } from '../imports/source-module.ts';
import { packageNameOf } from '../parse/specifier.ts';
import type { Project } from './project.ts';

const OF_IMPORTS = ['missing_dependency', 'import_resolution', 'missing_export'];

/** Where the import stands that a problem is about, when its tool names the file alone, as Node does. null: there is a line, or it cannot be told. */
export function importLine(diagnostic: Diagnostic, project: Project): number | null {
  const { category, file, line, symbol } = diagnostic;
  if (line !== null || file === null || symbol === null || !OF_IMPORTS.includes(category)) return null;
  const text = project.readText(file);
  if (text === null) return null;
  const meant = readSourceModule(file, text).imports.filter(({ specifier, names }) =>
    category === 'missing_export' ? names.includes(symbol) : leadsTo(specifier, { symbol, file }),
  );
  const lines = new Set(meant.map((use) => use.line));
  return lines.size === 1 ? (meant[0]?.line ?? null) : null;
}

function leadsTo(specifier: string, { symbol, file }: { symbol: string; file: string }): boolean {
  if (specifier === symbol) return true;
  if (!specifier.startsWith('.')) return packageNameOf(specifier) === symbol;
  return join(dirname(file), specifier) === normalize(symbol);
}
